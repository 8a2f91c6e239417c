import TesseraEngine
import TesseraModel
import TesseraSystem

/// What is looked up once for all the frames that arrived together: they were received before it was
/// asked, so it is as fresh as each of them may demand.
struct Burst {
  let now: Timestamp
  /// Read before anything is validated: what the answers reflect at least.
  let revision: Revision
  /// What the caller may validate; nil until the first validation asks.
  var validationRights: ValidationRights?

  init(_ core: borrowing ReactorCore) {
    now = Timestamp(microseconds: SystemClock.wallMicroseconds())
    revision = core.reader.revision
  }
}
