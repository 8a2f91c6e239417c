import TesseraBytes
import TesseraModel
import TesseraWire

/// What a Validate asks beside the value, encoded once: the fields after the token's.
struct EncodedQuestion {
  private let fields: [UInt8]

  init(project: ProjectID? = nil, environment: EnvironmentID? = nil, method: MethodName? = nil) {
    var request = ValidateRequest()
    request.project = project
    request.environment = environment
    request.method = method
    fields = request.encoded
  }

  /// The bytes of a request about a value of so many bytes.
  func requestBytes(valueBytes: Int) -> Int {
    1 + (valueBytes < 0x80 ? 1 : 2) + valueBytes + fields.count
  }

  /// Appends a ValidateRequest about `values[line]`.
  @inline(__always)
  func append(_ values: [UInt8], _ line: Range<Int>, to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: unsafe values.span.bytes.extracting(line))
    if !fields.isEmpty { buffer.append(fields) }
  }
}
