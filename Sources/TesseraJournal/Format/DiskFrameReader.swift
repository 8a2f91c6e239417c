import TesseraBytes
import TesseraModel
import TesseraSystem

/// What comes next in a file.
enum FrameStep: Equatable {
  /// A frame that is intact and continues the chain; its payload is the reader's `payload`.
  case frame(DiskFrameHeader)
  /// The file ends here, after a whole frame.
  case end
  case bad(FrameFault)
}

enum FrameFault: String {
  case incomplete = "the file ends inside a frame"
  case tooLong = "the frame's length is beyond any that is written"
  case wrongChecksum = "the frame's checksum does not match"
  case wrongChain = "the frame does not continue the one before it"
}

/// Reads a file's frames one after the other and checks each.
struct DiskFrameReader<D: Disk>: ~Copyable {
  let file: DiskFile<D>
  let size: Int
  /// Where the frame begins that `next` reads, or found bad.
  private(set) var offset: Int
  /// The checksum of the last good frame.
  private(set) var chain: CRC32C
  private let seed: CRC32C
  /// What was read of the file and not yet passed: the current frame's bytes, and what follows.
  private var buffer: ByteBuffer
  /// How much at the front of `buffer` is the frame that was returned last.
  private var current = 0

  /// Reads from `offset` on, where a frame begins that continues from `chain`.
  init(
    _ file: consuming DiskFile<D>, from offset: Int, chain: CRC32C, seed: CRC32C
  ) throws(JournalError) {
    size = try attempt { () throws(SystemError) in try file.size() }
    self.file = file
    self.offset = offset
    self.chain = chain
    self.seed = seed
    buffer = ByteBuffer(capacity: FormatLimits.readBytes)
  }

  /// The payload of the frame that was returned last.
  var payload: RawSpan {
    @_lifetime(borrow self)
    get {
      let frame = buffer.bytes.extracting(0..<current)
      return unsafe _overrideLifetime(
        frame.extracting(DiskFrameHeader.byteCount..<current), borrowing: self)
    }
  }

  /// After `.bad` and `.end` it must not be called again.
  mutating func next() throws(JournalError) -> FrameStep {
    buffer.consume(current)
    current = 0
    let left = size - offset
    if left == 0 { return .end }
    if left < DiskFrameHeader.byteCount { return .bad(.incomplete) }
    try fill(to: DiskFrameHeader.byteCount)
    let header = DiskFrameHeader(reading: buffer.bytes)
    if header.length > FormatLimits.frameBytes { return .bad(.tooLong) }
    let length = DiskFrameHeader.byteCount + header.length
    if length > left { return .bad(.incomplete) }
    try fill(to: length)
    guard DiskFrameHeader.isIntact(buffer.bytes.extracting(0..<length), seed: seed) else {
      return .bad(.wrongChecksum)
    }
    guard header.previous == chain else { return .bad(.wrongChain) }
    chain = header.checksum
    offset += length
    current = length
    return .frame(header)
  }

  private mutating func fill(to count: Int) throws(JournalError) {
    if buffer.count >= count { return }
    let missing = max(count, FormatLimits.readBytes) - buffer.count
    _ = try attemptRead(at: offset) { () throws(SystemError) in
      try file.read(at: offset + buffer.count, upTo: missing, into: &buffer)
    }
    // Only another process could have made the file shorter since it was opened.
    guard buffer.count >= count else {
      throw .damaged(Damage(file.path, at: offset, "the file became shorter while it was read"))
    }
  }

  /// Whether an intact frame, of this file or not, begins anywhere from `offset` on: what a crash
  /// never leaves after a bad frame, since each is durable before the next one is written.
  mutating func hasIntactFrameAhead() throws(JournalError) -> Bool {
    try fill(to: size - offset)
    let rest = buffer.bytes
    for start in 0..<rest.byteCount
    where DiskFrameHeader.intactFrame(at: rest.extracting(start...), seed: seed) != nil {
      return true
    }
    return false
  }
}
