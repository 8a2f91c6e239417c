import TesseraModel

/// The number of an actor: few make many changes.
struct ActorNumber: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt32
}

/// Actors by number, for as long as an event or a token names them: sessions and tokens come and
/// go, and with each comes another actor. A number that nobody holds any more is another's next.
struct ActorNames {
  private var numbers: [Actor: ActorNumber] = [:]
  /// nil where the number is free.
  private var actors: [Actor?] = []
  private(set) var holders: [UInt32] = []
  private var free: [ActorNumber] = []

  /// How many hold the actor.
  func holders(of actor: Actor) -> Int {
    numbers[actor].map { Int(holders[Int($0.rawValue)]) } ?? 0
  }

  /// How many are held.
  var count: Int { numbers.count }

  /// The number of an actor, for one more holder.
  mutating func hold(_ actor: Actor) -> ActorNumber {
    if let number = numbers[actor] {
      holders[Int(number.rawValue)] += 1
      return number
    }
    let number = free.popLast() ?? ActorNumber(rawValue: UInt32(actors.count))
    if Int(number.rawValue) == actors.count {
      actors.append(nil)
      holders.append(0)
    }
    actors[Int(number.rawValue)] = actor
    holders[Int(number.rawValue)] = 1
    numbers[actor] = number
    return number
  }

  /// One holder less.
  mutating func release(_ number: ActorNumber) {
    let index = Int(number.rawValue)
    holders[index] -= 1
    guard holders[index] == 0, let actor = actors[index] else { return }
    numbers[actor] = nil
    actors[index] = nil
    free.append(number)
  }

  /// - Precondition: somebody holds the number.
  subscript(number: ActorNumber) -> Actor {
    guard let actor = actors[Int(number.rawValue)] else {
      preconditionFailure("an actor whom nobody holds is named")
    }
    return actor
  }
}

/// Which sets of rights there are, and how many credentials and certificates hold each.
struct AccessNumbers {
  /// The number of each set of rights. The removal of an entry may make two sets equal: then one of
  /// their numbers is here, and the other is used until its last holder is gone.
  private(set) var numbers: [AccessKey: AccessNumber] = [:]
  private(set) var holders: [UInt32] = []
  private var free: [AccessNumber] = []

  /// The number of the rights for one more holder; `isNew` where they must be compiled and
  /// published.
  mutating func hold(_ key: AccessKey) -> (number: AccessNumber, isNew: Bool) {
    if let number = numbers[key] {
      holders[Int(number.rawValue)] += 1
      return (number, false)
    }
    let number = free.popLast() ?? AccessNumber(rawValue: UInt32(holders.count))
    if Int(number.rawValue) == holders.count { holders.append(0) }
    holders[Int(number.rawValue)] = 1
    numbers[key] = number
    return (number, true)
  }

  /// One holder less; true where it was the last, and the number is to be retired.
  mutating func release(_ number: AccessNumber, _ key: AccessKey) -> Bool {
    holders[Int(number.rawValue)] -= 1
    guard holders[Int(number.rawValue)] == 0 else { return false }
    if numbers[key] == number { numbers[key] = nil }
    return true
  }

  func isHeld(_ number: AccessNumber) -> Bool { holders[Int(number.rawValue)] > 0 }

  /// The number stands for other rights from here on, for all who hold it.
  mutating func change(_ number: AccessNumber, from old: AccessKey, to new: AccessKey) {
    if numbers[old] == number { numbers[old] = nil }
    if numbers[new] == nil { numbers[new] = number }
  }

  /// The number was retired and no reader sees it.
  mutating func reuse(_ number: AccessNumber) { free.append(number) }
}
