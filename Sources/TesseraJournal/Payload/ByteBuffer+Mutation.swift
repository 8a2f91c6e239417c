import TesseraBytes
import TesseraModel
import TesseraWire

extension ByteBuffer {
  /// Appends the member of a `JournalEntry` that says what changes.
  mutating func append(_ mutation: Mutation) {
    switch mutation {
    case .putToken(let record, let idempotency):
      append(field: 6) {
        $0.append(field: 1) { $0.append(record) }
        if let idempotency { $0.append(field: 2) { $0.append(idempotency) } }
      }
    case .putTokens(let records):
      append(field: 7) {
        for record in records { $0.append(field: 1) { $0.append(record) } }
      }
    case .revokeTokens(let tokens, let revocation):
      append(field: 8) {
        $0.append(field: 1, ids: tokens)
        $0.append(field: 2) { $0.append(revocation) }
      }
    case .removeTokens(let tokens): append(field: 9) { $0.append(field: 1, ids: tokens) }
    case .putEntry(let entry): append(field: 10) { $0.append(entry) }
    case .removeEntry(let key, let revocation):
      append(field: 11) {
        $0.append(field: 1) { $0.append(key) }
        $0.append(field: 2) { $0.append(revocation) }
      }
    case .putUser(let user): append(field: 12) { $0.append(user) }
    case .removeUser(let user, let revocation):
      append(field: 13) {
        $0.append(field: 1, string: user.text, keepingDefault: true)
        $0.append(field: 2) { $0.append(revocation) }
      }
    }
  }
}
