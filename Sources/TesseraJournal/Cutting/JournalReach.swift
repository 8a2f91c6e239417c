import TesseraModel
import TesseraSystem

/// How far a run of segments can be read, and where in it that ends.
struct JournalReach: Equatable {
  /// Every change up to this one can be read.
  var last: Revision
  /// The segment that would be the last one; nil where not even the first begins as it should.
  var segment: Revision?
  /// Where it would have to end.
  var size = 0
  /// Bytes after the end of earlier segments, which belong to nothing.
  var excess: [Cut] = []
}

extension DirectoryView {
  /// Reads `segments`, of which the first must be good from its beginning.
  ///
  /// - Throws: `.unsupported` and `.otherAuthority`, which no cut helps against; `.disk`.
  func reach(of segments: ArraySlice<Revision>) throws(JournalError) -> JournalReach {
    let first = segments[segments.startIndex]
    var reach = JournalReach(last: Revision(rawValue: first.rawValue - 1))
    var chain: CRC32C?
    for first in segments {
      guard first == reach.last.next else { break }
      var segment: SegmentReplay<D>
      do {
        segment = try SegmentReplay(first, in: layout, authority: authority, on: disk)
      } catch {
        guard case .damaged = error else { throw error }
        break
      }
      guard chain == nil || chain == segment.header.chain else { break }
      guard try read(&segment, into: &reach) else { break }
      chain = segment.reader.chain
    }
    return reach
  }

  /// Returns whether the segment has an end, which is where `reach` would have to be without it.
  private func read(
    _ segment: inout SegmentReplay<D>, into reach: inout JournalReach
  ) throws(JournalError) -> Bool {
    var isEnded = false
    do {
      if case .ended = try segment.run({ _, _ in }) { isEnded = true }
      reach.size = isEnded ? segment.lastFrame : segment.reader.offset
    } catch {
      guard case .damaged(let damage) = error else { throw error }
      isEnded = segment.hasEnd
      reach.size = isEnded ? segment.lastFrame : damage.offset
      if isEnded {
        reach.excess.append(
          Cut(file: segment.path, offset: damage.offset, bytes: segment.reader.size - damage.offset)
        )
      }
    }
    reach.segment = segment.header.revision
    reach.last = Revision(rawValue: segment.next.rawValue - 1)
    return isEnded
  }
}
