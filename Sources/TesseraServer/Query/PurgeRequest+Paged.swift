import TesseraWire

extension PurgeRequest: PagedRequest {
  /// Each call takes out as many as one may.
  var pageSize: UInt32 { 0 }
  mutating func forgetPageSize() {}
}
