import TesseraClient

/// A token to import, and where it was read.
struct NumberedToken {
  /// The line of a file of values, or the place in an array; from 1 on.
  let number: Int
  let token: ImportedToken
}

/// Tokens that go into one call.
enum ImportBatch {
  /// Room enough under what a frame holds for what is not counted.
  private static let bytesLimit = Limits.frameLength / 2

  static func batches(_ tokens: [NumberedToken]) -> [ArraySlice<NumberedToken>] {
    var batches: [ArraySlice<NumberedToken>] = []
    var start = 0
    var bytes = 0
    for (index, token) in tokens.enumerated() {
      let size = token.token.approximateBytes
      if index > start,
        index - start == Limits.tokensPerImport || bytes + size > bytesLimit
      {
        batches.append(tokens[start..<index])
        start = index
        bytes = 0
      }
      bytes += size
    }
    if start < tokens.count { batches.append(tokens[start...]) }
    return batches
  }
}

extension ImportedToken {
  /// How much of a frame it takes, or somewhat more.
  fileprivate var approximateBytes: Int {
    func size(_ names: [some Name]) -> Int { names.reduce(0) { $0 + $1.text.utf8.count + 4 } }
    var bytes = 256 + name.utf8.count + description.utf8.count
    if case .value(let value) = credential { bytes += value.bytes.count }
    if case .list(let list) = projects { bytes += size(list) }
    if let scopes, case .some(let sets, let methods) = scopes {
      bytes += size(sets) + size(methods)
    }
    for grant in permissions {
      bytes += 32 + size(grant.projects ?? []) + size(grant.environments ?? [])
    }
    return bytes
  }
}

/// What became of each token, written as the answers come.
final class ImportProgress {
  private var writer: ListWriter<ImportedLine>
  private(set) var refused = 0
  private var imported = 0
  /// Whether one was imported that never expires; PERSONAL ones all do.
  private(set) var importedEndless = false

  init(_ format: OutputFormat) { writer = ListWriter(format, of: "tokens") }

  func write(_ batch: ArraySlice<NumberedToken>, _ report: ImportReport) {
    let lines = zip(batch, report.outcomes).map { ImportedLine(number: $0.number, outcome: $1) }
    imported += lines.count { $0.id != nil }
    refused += lines.count { $0.id == nil }
    importedEndless =
      importedEndless
      || zip(batch, lines).contains { read, line in
        line.id != nil && read.token.expiresAt == nil && read.token.kind != .personal
      }
    writer.write(lines[...])
  }

  func finish() {
    writer.finish()
    Terminal.say("Imported \(imported), refused \(refused).")
  }
}

/// What became of one token.
struct ImportedLine: Listed {
  static let columns = ["NUMBER", "ID", "RESULT", "WHY"]

  let number: Int
  let outcome: ImportReport.Outcome

  var id: TokenID? { if case .imported(let id) = outcome { id } else { nil } }

  private var refusal: Refusal? { if case .refused(let refusal) = outcome { refusal } else { nil } }

  private var result: String { refusal?.code.name ?? "IMPORTED" }

  var row: [String] {
    let why = refusal.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
    return [String(number), id?.description ?? "-", result, why ?? "-"]
  }

  var json: JSON {
    .object([
      "number": .number(UInt64(number)), "id": .text(id?.description), "result": .string(result),
      "field": .text(refusal?.field), "message": .text(refusal?.message),
    ])
  }
}
