import TesseraEngine
import TesseraModel

extension Command {
  /// The value of the token that it makes, or that it gives one.
  var madeValue: Digest? {
    switch self {
    case .issue(let command): command.digest
    case .regenerate(let command): command.digest
    default: nil
    }
  }

  /// In a few words, for the trace.
  var summary: String {
    switch self {
    case .issue(let command): "issue \(command.kind) \(command.name)"
    case .update(let command): "update \(command.id)"
    case .regenerate(let command): "regenerate \(command.id)"
    case .revoke(let command):
      switch command.target {
      case .tokens(let ids): "revoke \(ids.map { "\($0)" }.joined(separator: " "))"
      case .value(let value): "revoke the token of value \(value.word2)"
      case .found: "revoke by a filter"
      }
    case .importTokens(let tokens): "import \(tokens.count)"
    case .purge: "purge"
    case .createEntry(let entry): "create \(entry.key)"
    case .updateEntry(let entry, _): "update \(entry.key)"
    case .removeEntry(let key): "remove \(key)"
    case .createUser(let command): "create the user \(command.id)"
    case .updateUser(let command): "update the user \(command.id)"
    case .removeUser(let id): "remove the user \(id)"
    case .setPassword(let id, _): "set the password of \(id)"
    }
  }
}
