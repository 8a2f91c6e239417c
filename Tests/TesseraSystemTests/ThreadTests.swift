import Glibc
import Synchronization
import Testing

import TesseraSystem

@Suite struct ThreadTests {
  private final class Shared: Sendable {
    let number = Atomic(0)
    let name = Mutex("")
  }

  @Test func `join returns after the body, which runs under its name`() throws {
    let shared = Shared()
    let thread = try Thread(name: "a name longer than fifteen bytes") {
      let name = try? SmallFile.read("/proc/thread-self/comm")
      shared.name.withLock { $0 = String(decoding: name ?? [], as: UTF8.self) }
      shared.number.store(1, ordering: .relaxed)
    }
    thread.join()
    #expect(shared.number.load(ordering: .relaxed) == 1)
    #expect(shared.name.withLock { $0 } == "a name longer t\n")
  }

  @Test func `a thread of idle priority is known as one to the kernel`() throws {
    let shared = Shared()
    try Thread(name: "idle", .idle) {
      shared.number.store(Int(sched_getscheduler(0)), ordering: .relaxed)
    }.join()
    // SCHED_IDLE, which the Glibc module does not export.
    #expect(shared.number.load(ordering: .relaxed) == 5)
    #expect(sched_getscheduler(0) != 5)
  }

  @Test func `the clocks go on and agree with their units`() {
    let wall = SystemClock.wallMicroseconds()
    #expect(wall / 1_000_000 >= 1_700_000_000 && wall / 1_000_000 <= Int64(time(nil)) + 1)
    let first = SystemClock.monotonicNanoseconds()
    #expect(SystemClock.monotonicNanoseconds() >= first)
  }
}

@Suite struct DescriptorTests {
  private func isOpen(_ number: CInt) -> Bool { fcntl(number, F_GETFD) >= 0 }

  @Test func `a descriptor is closed when its owner ends, unless it is released`() throws {
    // Numbers high above those that tests running beside this one get.
    func open(at least: CInt) throws -> Descriptor {
      let flag = try EventFlag()
      return Descriptor(owning: fcntl(flag.descriptor.number, F_DUPFD_CLOEXEC, least))
    }
    let dropped = try open(at: 900)
    let number = dropped.number
    #expect(isOpen(number))
    _ = consume dropped
    #expect(!isOpen(number))

    let released = try open(at: 910).release()
    #expect(isOpen(released))
    try Descriptor(owning: released).close()
    #expect(!isOpen(released))
  }
}
