import TesseraModel

/// Sets of rights: shared by all who hold the same, compiled anew where what they name changes.
extension Ledger {
  /// The number of the rights, for one more holder.
  mutating func hold(_ key: AccessKey) -> AccessNumber {
    let (number, isNew) = accessNumbers.hold(key)
    guard isNew else { return number }
    dependents.replace(nil, by: key, of: number)
    let user = key.owner.map {
      owners.change($0) { owner in
        owner.accesses.insert(number)
        return owner.number
      }
    }
    if let user { shared.users.grow(toInclude: user) }
    publish(CompiledAccess(key, user: user ?? .none, registry: &registry), as: number)
    return number
  }

  /// One holder less.
  mutating func release(_ number: AccessNumber) {
    let key = shared.access.withAccess(number) { $0.key }
    guard accessNumbers.release(number, key) else { return }
    dependents.replace(key, by: nil, of: number)
    if let owner = key.owner { owners.change(owner) { _ = $0.accesses.remove(number) } }
    retirement.retire(.access(number))
  }

  /// For a certificate that the configuration maps. What it names need not be there.
  mutating func holdForCertificate(_ key: AccessKey) -> AccessNumber {
    let number = hold(key)
    certificates[number, default: 0] += 1
    publish()
    return number
  }

  mutating func releaseForCertificate(_ number: AccessNumber) {
    let held = (certificates[number] ?? 0) - 1
    certificates[number] = held > 0 ? held : nil
    release(number)
    publish()
  }

  /// Compiles the rights anew.
  mutating func recompile(_ number: AccessNumber) {
    let key = shared.access.withAccess(number) { $0.key }
    let user = key.owner.flatMap { owners[$0]?.number } ?? .none
    publish(CompiledAccess(key, user: user, registry: &registry), as: number)
  }

  /// The rights name the entry no longer, for all who hold them.
  mutating func drop(_ gone: RegistryKey, from number: AccessNumber) {
    let old = shared.access.withAccess(number) { $0.key }
    var new = old
    new.drop(gone)
    guard new != old else { return }
    dependents.replace(old, by: new, of: number)
    accessNumbers.change(number, from: old, to: new)
    let user = new.owner.flatMap { owners[$0]?.number } ?? .none
    publish(CompiledAccess(new, user: user, registry: &registry), as: number)
  }

  private mutating func publish(_ access: CompiledAccess, as number: AccessNumber) {
    if let old = shared.access.publish(access, as: number) { retirement.retire(.object(old)) }
  }
}
