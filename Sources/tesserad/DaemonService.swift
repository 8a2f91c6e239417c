import Logging
import ServiceLifecycle
import Synchronization
import TesseraServer
import TesseraSystem
import UnixSignals

/// The server as a service: reads its certificates and proxy keys again on SIGHUP, looks at its own
/// certificate every day, and stops in order.
struct DaemonService: Service {
  let server: Server
  let source: ConfigurationSource
  let certificates: CertificateWatch
  /// Tells where the disk failed for good and the daemon is to end.
  let diskFailure: DiskFailure
  /// Whoever started the daemon and wants to know how it is; nil for nobody.
  let supervisor: NotifySocket?
  let logger: Logger

  func run() async throws {
    let reloads = await UnixSignalsSequence(trapping: .sighup)
    // Only now: who waits for this line may send any signal.
    logger.notice("ready on \(server.address)")
    tell(.ready)
    await withTaskGroup { group in
      group.addTask {
        for await _ in reloads.cancelOnGracefulShutdown() { await reload() }
      }
      group.addTask { try? await gracefulShutdown() }
      group.addTask {
        for await _ in diskFailure.news.cancelOnGracefulShutdown() { return }
      }
      group.addTask {
        await certificates.look { try await Task.sleep(for: .seconds(86_400)) }
      }
      await group.next()
      group.cancelAll()
    }
    logger.notice("stopping: calls that were received are answered")
    tell(.stopping)
    server.stop()
    // Perhaps only now, while the journal was closed.
    if diskFailure.hasCome { throw DaemonFailure.disk }
  }

  private func reload() async {
    tell(.reloading)
    do {
      let configuration = try await source.read()
      let identity = try configuration.identity()
      server.adopt(identity)
      logger.notice("certificates and proxy keys were read again")
      certificates.adopt(configuration.shown(identity))
    } catch {
      logger.error("nothing was changed: \(DaemonFailure(error).message)")
    }
    tell(.ready)
  }

  private func tell(_ state: NotifySocket.State) {
    do {
      try supervisor?.tell(state)
    } catch {
      logger.warning("the supervisor could not be told that this is \(state): \(error)")
    }
  }
}
