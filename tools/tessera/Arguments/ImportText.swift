import TesseraClient

/// Tokens to import, as files hold them. What is wrong is told with where it is, and without the
/// line, which may be a secret.
enum ImportText {
  /// One value, or SHA-256 of one, a line; empty lines say nothing.
  static func tokens(
    lines contents: [UInt8], from path: String, areDigests: Bool, like template: ImportedToken
  ) throws(CommandFailure) -> [NumberedToken] {
    var tokens: [NumberedToken] = []
    let newline = UInt8(ascii: "\n")
    for (index, line) in contents.split(separator: newline, omittingEmptySubsequences: false)
      .enumerated()
    {
      var line = line
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      if line.isEmpty { continue }
      var token = template
      if areDigests {
        guard let digest = Digest(hex: line) else {
          throw CommandFailure(.usage, "\(path):\(index + 1): SHA-256 is 64 hex digits")
        }
        token.credential = .sha256(digest)
      } else {
        guard line.count <= Limits.tokenValueBytes else {
          throw CommandFailure(
            .usage, "\(path):\(index + 1): a value has at most \(Limits.tokenValueBytes) bytes")
        }
        token.credential = .value(Secret(Array(line)))
      }
      tokens.append(NumberedToken(number: index + 1, token: token))
    }
    return tokens
  }

  /// An array of objects.
  static func tokens(
    json contents: [UInt8], from path: String, now: Timestamp
  ) throws(CommandFailure) -> [NumberedToken] {
    let text: JSON
    do throws(JSONReader.Malformed) {
      text = try JSONReader.read(contents)
    } catch {
      throw CommandFailure(.usage, "\(path):\(error.line): \(error.reason)")
    }
    guard case .array(let values) = text else {
      throw CommandFailure(.usage, "\(path): an array of objects is expected")
    }
    var tokens: [NumberedToken] = []
    for (index, value) in values.enumerated() {
      do {
        let token = try ImportedToken(value, now: now)
        tokens.append(NumberedToken(number: index + 1, token: token))
      } catch {
        let reason = (error as? ImportedMember.Refused)?.reason ?? "\(error)"
        throw CommandFailure(.usage, "\(path): token \(index + 1): \(reason)")
      }
    }
    return tokens
  }
}

extension Digest {
  /// Of 64 hex digits.
  init?(hex digits: some Collection<UInt8>) {
    let text = String(decoding: digits, as: UTF8.self)
    guard text.utf8.count == 64, text.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
      return nil
    }
    var words: [UInt64] = []
    var rest = text[...]
    while !rest.isEmpty {
      words.append(UInt64(rest.prefix(16), radix: 16) ?? 0)
      rest = rest.dropFirst(16)
    }
    self.init(words[0], words[1], words[2], words[3])
  }
}
