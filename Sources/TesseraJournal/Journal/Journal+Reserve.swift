import Glibc
import TesseraModel
import TesseraSystem

// Room is set aside beyond the segment's end, before anything is written there, and its length
// stays what was written. So a full disk shows before a batch is begun, and not in the middle of
// it. The last `reserveBytes` of that room are not for every batch: with them the authority revokes
// tokens on a disk that is full.
extension Journal {
  /// Which room a batch may be written to.
  public enum Room: Sendable {
    /// What leaves the reserve whole.
    case ordinary
    /// The reserve too: for what must not wait until somebody makes room.
    case reserve
  }

  /// Whether a full disk leaves room for `append(_:to: .reserve)`, until that is used up.
  public var hasReserve: Bool { allocationFailure == nil && configuration.reserveBytes > 0 }

  /// Sets the reserve aside again, and room before it, where they are not there. When there was too
  /// little, some more than the least must be there, so that not every larger change finds too
  /// little again.
  ///
  /// - Throws: `.refused`, and `lacksRoom` says whether that is for want of it; `.ended`.
  public mutating func restoreReserve() throws(JournalError) {
    if let failure { throw .ended(failure) }
    try makeRoom(for: lacksRoom ? stepBytes : 0, .ordinary)
  }

  /// Makes sure of the room for `count` bytes at the end of the segment, and after them for the
  /// reserve, where it is not for use, and for the frame that ends the segment or seals it.
  ///
  /// - Throws: `.refused`; nothing was written.
  mutating func makeRoom(for count: Int, _ room: Room) throws(JournalError) {
    guard allocationFailure == nil else { return }
    let spared = room == .ordinary ? configuration.reserveBytes : 0
    let needed = durableSize + count + DiskFrameHeader.byteCount + spared
    if needed > roomEnd {
      do throws(SystemError) {
        let ahead = room == .ordinary ? stepBytes : 0
        roomEnd = try setAside(upTo: needed, ahead: ahead, from: roomEnd, in: segment)
      } catch  where error.isUnsupported {
        allocationFailure = error
      } catch {
        if room == .ordinary { lacksRoom = error.isDiskFull }
        throw .refused(error)
      }
    }
    if room == .ordinary { lacksRoom = false }
  }

  /// Sets room aside from `start` up to `end`, and `ahead` bytes more where they are there, so that
  /// it is not asked for with every batch. Returns up to where.
  func setAside(
    upTo end: Int, ahead: Int, from start: Int, in file: borrowing DiskFile<D>
  ) throws(SystemError) -> Int {
    do throws(SystemError) {
      try file.allocate(from: start, count: end + ahead - start)
      return end + ahead
    } catch {
      guard error.isDiskFull, ahead > 0 else { throw error }
      try file.allocate(from: start, count: end - start)
      return end
    }
  }

  var stepBytes: Int { max(64 << 10, configuration.reserveBytes / 4) }
}

extension SystemError {
  /// Whether room on the disk would help.
  var isDiskFull: Bool { errno == ENOSPC || errno == EDQUOT }
  /// Whether the file system has no such call.
  var isUnsupported: Bool { errno == EOPNOTSUPP || errno == ENOSYS }
}
