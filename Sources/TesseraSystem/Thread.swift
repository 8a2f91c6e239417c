import CLinux
import Glibc

/// A thread of the kernel with a name, for work that must not share the concurrency pool: reactors,
/// the committer, what blocks on disk.
@safe
public struct Thread: ~Copyable {
  private let handle: pthread_t

  public enum Priority: Sendable {
    case normal
    /// It runs while no other thread wants its processor, and is put aside at once when one does.
    /// So it must hold no lock that others wait for.
    case idle
  }

  /// Starts `body`. The kernel keeps the first 15 bytes of the name.
  public init(
    name: String, _ priority: Priority = .normal, body: sending @escaping () -> Void
  ) throws(SystemError) {
    let start = unsafe Unmanaged.passRetained(Start(name: name, priority, body: body))
    var handle = pthread_t()
    let code = unsafe pthread_create(
      &handle, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
        _ = unsafe tessera_pthread_setname_np(
          pthread_self(), String(decoding: start.name.utf8.prefix(15), as: UTF8.self))
        // Where it is forbidden, the thread does its work all the same.
        if start.priority == .idle { _ = tessera_use_idle_time() }
        start.body()
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      unsafe start.release()
      throw SystemError("pthread_create", errno: code, subject: name)
    }
    self.handle = handle
  }

  /// A thread that nobody joins runs on and cleans up after itself.
  deinit { pthread_detach(handle) }

  /// Waits until the body has returned.
  public consuming func join() {
    let handle = handle
    discard self
    let code = pthread_join(handle, nil)
    precondition(code == 0, "a thread cannot join itself")
  }

  private final class Start {
    let name: String
    let priority: Priority
    let body: () -> Void

    init(name: String, _ priority: Priority, body: sending @escaping () -> Void) {
      self.name = name
      self.priority = priority
      self.body = body
    }
  }
}
