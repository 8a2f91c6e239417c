import TesseraBytes
import TesseraModel
import TesseraWire

extension WireFuzz {
  /// Both readings of a ValidateRequest take or refuse the same, for the same reason, and agree on
  /// what is asked.
  static func validation(_ bytes: RawSpan) {
    let read = Result { () throws(WireError) in try ValidateRequest(decoding: bytes) }
    do throws(WireError) {
      let view = try ValidateRequestView(bytes)
      try view.checkNames()
      guard case .success(let request) = read else { preconditionFailure("only the view takes it") }
      precondition(isSame(view, request), "the readings differ")
    } catch {
      precondition(read == .failure(error), "the readings differ in what they refuse")
    }
  }

  /// The same of a batch.
  static func batch(_ bytes: RawSpan) {
    let read = Result { () throws(WireError) in try ValidateBatchRequest(decoding: bytes) }
    var reader = ValidateBatchReader(bytes)
    do throws(WireError) {
      while let view = try reader.next() {
        do throws(WireError) { try view.checkNames() } catch { throw reader.locate(error) }
        guard case .success(let batch) = read else { continue }
        precondition(isSame(view, batch.requests[reader.count - 1]), "the readings differ")
      }
      guard case .success(let batch) = read else { preconditionFailure("only the view takes it") }
      precondition(batch.requests.count == reader.count, "the readings differ in number")
    } catch {
      precondition(read == .failure(error), "the readings differ in what they refuse")
    }
  }

  private static func isSame(
    _ view: borrowing ValidateRequestView, _ request: ValidateRequest
  ) -> Bool {
    view.token.array == request.token.bytes && view.kinds == request.kinds
      && text(view.project) == request.project?.text
      && text(view.environment) == request.environment?.text
      && text(view.method) == request.method?.text && view.details == request.details
      && view.minRevision == request.minRevision
  }

  private static func text(_ span: RawSpan?) -> String? {
    if let span { String(decoding: span.array, as: UTF8.self) } else { nil }
  }
}
