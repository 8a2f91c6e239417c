/// Which of the names that there are somebody may have meant.
enum NearestName {
  /// The name that fewest slips of the pen away is, of the first letters where several are as near;
  /// nil where none is near enough to be meant.
  static func of(_ wrong: String, among names: some Sequence<String>) -> String? {
    // Every third letter may be wrong.
    let most = max(2, wrong.count / 3)
    return names.map { (slips: distance(wrong, $0), name: $0) }
      .filter { $0.slips <= most }
      .min { ($0.slips, $0.name) < ($1.slips, $1.name) }?.name
  }

  /// How many letters have to be put in, taken out or changed to make one of the other: Levenshtein's
  /// distance, in which letters of the other case are the same.
  private static func distance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.lowercased()), Array(other.lowercased()))
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let changed = diagonal + (letter == other[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
      }
    }
    return row[other.count]
  }
}
