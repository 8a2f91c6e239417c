import Testing
import TesseraModel
import TesseraWire

/// Every method of the RPC port × every kind of caller.
@Suite struct RightsMatrixTests {
  @Test(arguments: MatrixCaller.allCases)
  func `what each caller may do, and what the others are answered`(_ caller: MatrixCaller) throws {
    let column = try #require(MatrixCaller.allCases.firstIndex(of: caller))
    let matrix = try Matrix(caller)
    for row in MatrixRow.all {
      #expect(try row.call(matrix) == row.expected[column], "\(caller): \(row.name)")
    }
  }

  @Test func `the matrix has a column for every caller and a row for every method`() {
    for row in MatrixRow.all {
      #expect(row.expected.count == MatrixCaller.allCases.count, "\(row.name)")
    }
    let words = Set(MatrixRow.all.map { $0.name.prefix { $0.isLetter }.lowercased() })
    for method in TesseraModel.Method.allCases {
      let name = method == .importTokens ? "import" : "\(method)".lowercased()
      #expect(words.contains(name), "\(method)")
    }
  }
}
