import Dispatch
import Glibc

/// What a command does until somebody ends it with Ctrl-C.
enum Interrupt {
  /// Runs `body`, which is cancelled by the first SIGINT; its errors from then on say nothing.
  /// Another SIGINT ends the process.
  static func untilInterrupted(
    _ body: @escaping @Sendable () async throws -> Void
  ) async throws {
    let task = Task { try await body() }
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      task.cancel()
      signal(SIGINT, SIG_DFL)
    }
    source.activate()
    defer {
      source.cancel()
      signal(SIGINT, SIG_DFL)
    }
    do {
      try await task.value
    } catch {
      if !task.isCancelled { throw error }
    }
  }
}
