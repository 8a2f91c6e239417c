/// Turns the bytes of a message into hostile ones.
struct Mutator {
  var random: RandomBits

  init(seed: UInt64) { random = RandomBits(seed: seed) }

  mutating func mutate(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...(random.once(in: 4) ? 2 : 0) {
      let place = random.pick(0..<bytes.count + 1)
      switch random.pick(0..<9) {
      case 0: bytes.removeSubrange(place...)
      case 1: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.pick(0..<8)) }
      case 2: if place < bytes.count { bytes[place] = byte() }
      case 3: bytes.insert(byte(), at: place)
      case 4: if place < bytes.count { bytes.remove(at: place) }
      case 5:
        let end = random.pick(place..<bytes.count + 1)
        bytes.insert(contentsOf: bytes[place..<end], at: random.pick(0..<bytes.count + 1))
      case 6: bytes += other.prefix(random.pick(0..<other.count + 1))
      case 7:
        // A tag of any number and wire type, with a value that may fit it.
        bytes.insert(contentsOf: [byte(), byte(), byte()], at: place)
      default:
        // An endless varint.
        bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: random.pick(1..<12)), at: place)
      }
    }
    return bytes
  }

  private mutating func byte() -> UInt8 {
    let edges: [UInt8] = [0, 1, 0x0a, 0x0b, 0x0c, 0x7f, 0x80, 0xff]
    return random.once(in: 2) ? edges[random.pick(0..<8)] : UInt8(random.pick(0..<256))
  }
}
