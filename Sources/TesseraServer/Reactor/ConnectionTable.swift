import TesseraSystem

/// A reactor's connections by descriptor number. Each stays in its own memory, so that one can be
/// worked on in place while others come and go.
///
/// Invariant: a place holds a pointer exactly while the connection in it is open.
@safe
struct ConnectionTable: ~Copyable {
  private var places: [UnsafeMutablePointer<Connection>?] = unsafe []
  private(set) var count = 0

  deinit {
    for index in unsafe places.indices {
      guard let place = unsafe places[index] else { continue }
      unsafe place.deinitialize(count: 1)
      unsafe place.deallocate()
    }
  }

  mutating func insert(_ connection: consuming Connection) {
    let index = Int(connection.registration.descriptor)
    while unsafe places.count <= index { unsafe places.append(nil) }
    precondition(unsafe places[index] == nil, "two connections with one descriptor")
    let place = UnsafeMutablePointer<Connection>.allocate(capacity: 1)
    unsafe place.initialize(to: connection)
    unsafe places[index] = place
    count += 1
  }

  /// Takes the connection out; its socket closes.
  mutating func remove(_ registration: Poller.Registration) {
    let index = Int(registration.descriptor)
    guard let place = unsafe place(of: registration) else { return }
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
    unsafe places[index] = nil
    count -= 1
  }

  /// Works on a connection in place; nil where it has gone.
  func with<Result>(
    _ registration: Poller.Registration, _ body: (inout Connection) -> Result
  ) -> Result? {
    guard let place = unsafe place(of: registration) else { return nil }
    return unsafe body(&place.pointee)
  }

  /// The connections as they are now, for a walk over all of them.
  var registrations: [Poller.Registration] {
    unsafe places.compactMap { unsafe $0?.pointee.registration }
  }

  private func place(of registration: Poller.Registration) -> UnsafeMutablePointer<Connection>? {
    let index = Int(registration.descriptor)
    guard unsafe index < places.count, let place = unsafe places[index] else { return nil }
    let holder = unsafe place.pointee.registration
    if holder != registration { return nil }
    return unsafe place
  }
}
