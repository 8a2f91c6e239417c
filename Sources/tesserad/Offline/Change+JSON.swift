import TesseraModel

// Changes as `journal dump` prints them: the names are those of journal.proto.

extension JournalEntry {
  func json(_ dump: DumpStyle) -> JSON {
    let (name, value) = mutation.json(dump)
    var members: [(String, JSON)] = [
      ("revision", .number(revision.rawValue)), ("at", .string(at.text)), ("actor", actor.json),
      ("kind", .string(kind.name)), (name, value),
    ]
    if !changes.isEmpty { members.append(("changes", .array(changes.map(\.json)))) }
    return .object(members)
  }
}

extension Mutation {
  fileprivate func json(_ dump: DumpStyle) -> (String, JSON) {
    switch self {
    case .putToken(let record, let idempotency):
      (
        "put_token",
        .object(["token": record.json(dump), "idempotency": idempotency?.json(dump)])
      )
    case .putTokens(let records): ("put_tokens", .array(records.map { $0.json(dump) }))
    case .revokeTokens(let ids, let revocation):
      (
        "revoke_tokens",
        .object(["tokens": .strings(ids.map(\.description)), "revocation": revocation.json])
      )
    case .removeTokens(let ids): ("remove_tokens", .strings(ids.map(\.description)))
    case .putEntry(let entry): ("put_entry", entry.json)
    case .removeEntry(let key, let revocation):
      ("remove_entry", .object(["entry": key.json, "revocation": revocation.json]))
    case .putUser(let user): ("put_user", user.json)
    case .removeUser(let user, let revocation):
      (
        "remove_user",
        .object(["user": .string(user.text), "revocation": revocation.json])
      )
    }
  }
}

extension Event {
  var json: JSON {
    let (name, value): (String, JSON) =
      switch subject {
      case .tokens(let ids): ("tokens", .strings(ids.map(\.description)))
      case .entry(let key): ("entry", key.json)
      case .user(let user): ("user", .string(user.text))
      }
    return .object([
      ("revision", .number(revision.rawValue)), ("at", .string(at.text)), ("actor", actor.json),
      ("kind", .string(kind.name)), (name, value), ("changes", .array(changes.map(\.json))),
    ])
  }
}

extension FieldChange {
  fileprivate var json: JSON {
    .object(["field": .string(field), "before": .string(before), "after": .string(after)])
  }
}

extension Actor {
  var json: JSON {
    switch self {
    case .token(let id): .object(["token": .string(id.description)])
    case .user(let user, let through):
      .object(["user": .string(user.text), "through": through.map { .string($0.description) }])
    case .certificate(let name): .object(["certificate": .string(name)])
    case .offline(let command): .object(["offline": .string(command)])
    }
  }
}

extension Revocation {
  var json: JSON {
    .object(["at": .string(at.text), "by": by.json, "reason": .string(reason)])
  }
}
