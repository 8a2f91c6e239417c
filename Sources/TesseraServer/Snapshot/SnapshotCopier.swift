import TesseraSystem

/// The thread that copies records for a snapshot. It takes the engine's lock, so it has the
/// priority of those who may wait for it, and works a few microseconds at a time; the rest of the
/// work is the `SnapshotPen`'s.
final class SnapshotCopier: Sendable {
  private let requests: WorkQueue<SnapshotSlices>
  private let copies: WorkQueue<(slice: SnapshotSlice?, rest: SnapshotSlices)>

  init() throws(SystemError) {
    requests = try WorkQueue(limit: 1)
    copies = try WorkQueue(limit: 1)
  }

  /// Has the next slice copied, and waits for it; nil after the last.
  ///
  /// - Precondition: one thread calls this, and `close` was not called.
  func next(of slices: inout SnapshotSlices) -> SnapshotSlice? {
    _ = requests.put(slices)
    guard let copy = copies.takeAll()?.first else { preconditionFailure("nobody copies") }
    slices = copy.rest
    return copy.slice
  }

  /// Works until `close`.
  func run() {
    while let requests = requests.takeAll() {
      for var slices in requests {
        let slice = slices.next()
        _ = copies.put((slice, slices))
      }
    }
  }

  func close() { requests.close() }
}
