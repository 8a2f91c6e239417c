import Glibc
import Testing

import TesseraBytes
import TesseraSystem

@Suite struct PollerTests {
  /// A flag's descriptor under the first free number from 800, where no other test's are.
  private func high(_ flag: EventFlag) -> Descriptor {
    Descriptor(owning: fcntl(flag.descriptor.number, F_DUPFD_CLOEXEC, 800))
  }

  private func drain(_ poller: inout Poller) -> Set<Poller.Registration> {
    var seen: Set<Poller.Registration> = []
    while let event = poller.nextEvent() { seen.insert(event.registration) }
    return seen
  }

  @Test func `an event of an ended registration is dropped, its number in use again or not`() throws
  {
    var poller = try Poller()
    let flag = try EventFlag()
    flag.raise()
    let stays = try poller.add(flag.descriptor, for: .read)
    let first = high(flag)
    let ended = try poller.add(first, for: .read)
    try poller.wait(timeoutMilliseconds: -1)
    // Both events are fetched. Now one descriptor goes, and its number comes back as another.
    poller.remove(ended)
    _ = consume first
    let second = high(flag)
    #expect(second.number == ended.descriptor)
    let renewed = try poller.add(second, for: .read)
    #expect(renewed != ended)
    #expect(drain(&poller) == [stays])

    try poller.wait(timeoutMilliseconds: -1)
    #expect(drain(&poller) == [stays, renewed])
    try poller.wait(timeoutMilliseconds: -1)
    poller.remove(renewed)
    #expect(drain(&poller) == [stays])
  }

  @Test func `an event is reported until it is dealt with, and only if it is wanted`() throws {
    var poller = try Poller()
    let flag = try EventFlag()
    let registration = try poller.add(flag.descriptor, for: .read)
    flag.raise()
    flag.raise()
    for _ in 0..<2 {
      try poller.wait(timeoutMilliseconds: 0)
      let event = poller.nextEvent()
      #expect(event?.registration == registration)
      #expect(event?.isReadable == true && event?.isWritable == false && event?.isBroken == false)
      #expect(poller.nextEvent() == nil)
    }
    try poller.change(registration, to: [])
    try poller.wait(timeoutMilliseconds: 0)
    #expect(poller.nextEvent() == nil)
    try poller.change(registration, to: [.read, .write])
    flag.lower()
    try poller.wait(timeoutMilliseconds: 0)
    let event = poller.nextEvent()
    #expect(event?.isReadable == false && event?.isWritable == true)
  }

  @Test func `a flag raised by another thread wakes the poller`() throws {
    var poller = try Poller()
    let flag = try EventFlag()
    _ = try poller.add(flag.descriptor, for: .read)
    let thread = try Thread(name: "raiser") { flag.raise() }
    try poller.wait(timeoutMilliseconds: -1)
    #expect(poller.nextEvent()?.isReadable == true)
    flag.lower()
    try poller.wait(timeoutMilliseconds: 0)
    #expect(poller.nextEvent() == nil)
    thread.join()
  }

  @Test func `a connection that broke is reported even to who wants nothing`() throws {
    let listener = try listener()
    let client = try Socket.connecting(to: listener.address)
    let server = try listener.acceptOne()
    var poller = try Poller()
    _ = try poller.add(server.descriptor, for: [])
    client.finishSending()
    server.finishSending()
    try poller.wait(timeoutMilliseconds: -1)
    let event = poller.nextEvent()
    #expect(event?.isBroken == true && event?.isReadable == true)
  }

  @Test func `more events than one wait fetches come with the next`() throws {
    var poller = try Poller(capacity: 2)
    let flags = try (0..<5).map { _ in try EventFlag() }
    var waiting: Set<Poller.Registration> = []
    for flag in flags {
      waiting.insert(try poller.add(flag.descriptor, for: .read))
      flag.raise()
    }
    while !waiting.isEmpty {
      try poller.wait(timeoutMilliseconds: -1)
      while let event = poller.nextEvent() {
        #expect(waiting.remove(event.registration) != nil)
        poller.remove(event.registration)
      }
    }
  }
}
