import TesseraEngine
import TesseraModel

/// What is looked up once for all the frames that arrived together. It is looked up after they
/// arrived, so it is as fresh as each of them may demand.
struct Burst {
  let now: Timestamp
  /// Read before anything is validated: what the answers reflect at least.
  let revision: Revision
  let looksUpUnchecked: Bool
  /// What the caller may validate; nil until the first validation asks.
  var validationRights: ValidationRights?

  init(_ core: borrowing ReactorCore) {
    now = core.wallTime
    revision = core.reader.revision
    // After the revision: a change that it counts may have brought the first such value.
    looksUpUnchecked = core.reader.looksUpUnchecked
  }
}
