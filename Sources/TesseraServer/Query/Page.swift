import TesseraBytes
import TesseraModel
import TesseraWire

/// What one answer of a list will hold: no more than was asked for, and than a frame carries.
struct Page<Element: Sendable>: Sendable {
  /// What the elements of a page take at most, so that the answer fits a frame.
  static var byteLimit: Int { Limits.frameLength - 4_096 }

  private(set) var elements: [Element] = []
  private(set) var isFull = false
  private let size: Int
  private var bytes = 0

  /// - Parameter asked: as the request says; 0 is the default.
  init(size asked: UInt32) throws(Refusal) {
    guard asked <= Limits.pageSize else {
      throw Refusal(
        .invalidArgument, "a page has at most \(Limits.pageSize) of them", field: "page_size")
    }
    size = asked == 0 ? Limits.defaultPageSize : Int(asked)
  }

  /// How many more to look for: one that does not fit tells that there is another page.
  var wanted: Int { size - elements.count + 1 }

  /// Adds an element whose message takes so many bytes; false where the page is full, and was
  /// without it. The first is added in any case, so that each page goes further than the one
  /// before.
  mutating func add(_ element: Element, bytes count: Int) -> Bool {
    // The field has a tag and a length of up to four bytes.
    let sum = bytes + count + 5
    guard elements.count < size, elements.isEmpty || sum <= Page.byteLimit else {
      isFull = true
      return false
    }
    elements.append(element)
    bytes = sum
    return true
  }
}

/// A text that names or descriptions are searched for.
func requireSearchable(_ text: String) throws(Refusal) {
  // Made lower case with every slice; and nothing that is longer can be part of a description.
  guard text.utf8.count <= Limits.descriptionBytes else {
    throw Refusal(
      .invalidArgument, "the text has at most \(Limits.descriptionBytes) bytes", field: "text")
  }
}
