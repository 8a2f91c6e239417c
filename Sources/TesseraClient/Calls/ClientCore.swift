import Synchronization
import TesseraModel
import TesseraSystem
import TesseraWire

/// What all views of one client share. The thread ends with it.
final class ClientCore: Sendable {
  let mailbox: Mailbox
  private let lastID = Atomic<UInt64>(0)

  init(_ configuration: TesseraClient.Configuration) throws(TesseraError) {
    let settings = try Settings(configuration)
    do {
      let mailbox = try Mailbox(callLimit: configuration.callLimit)
      self.mailbox = mailbox
      _ = try Thread(name: "tessera-client") { ClientLoop.run(settings, mailbox) }
    } catch {
      throw .configuration(error.description)
    }
  }

  deinit { mailbox.close() }

  func call(
    _ method: Method, _ payload: [UInt8], isRepeatable: Bool, timeout: Duration
  ) async -> Result<[UInt8], TesseraError> {
    guard payload.count + FrameHeader.countedBytes <= Limits.frameLength else {
      return .failure(
        .refused(
          Refusal(
            .invalidArgument,
            "the request is over the limit of \(Limits.frameLength) bytes; ask for less at once")))
    }
    let id = CallID(rawValue: lastID.wrappingAdd(1, ordering: .relaxed).newValue)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.submit(
          Call(
            id: id, method: method, payload: payload, isRepeatable: isRepeatable,
            deadline: Instant.now + timeout, finish: { continuation.resume(returning: $0) }))
        // The handler may have run before there was a call to cancel.
        if Task.isCancelled { mailbox.cancel(id) }
      }
    } onCancel: {
      mailbox.cancel(id)
    }
  }
}
