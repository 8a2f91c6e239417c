import TesseraSystem
import Testing

@testable import TesseraClient

@Suite struct AddressBookTests {
  @Test func `every address is tried once, then the name is looked up anew`() {
    let found = [1, 2].map { SocketAddress(host: .v4($0), port: 1) }
    var book = AddressBook()
    #expect(book.next() == nil)
    book.replace(found)
    #expect(book.next() == found[0])
    #expect(book.hasMore)
    #expect(book.next() == found[1])
    #expect(!book.hasMore)
    #expect(book.next() == nil)
  }
}
