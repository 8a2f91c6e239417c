import WireFuzz

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  unsafe WireFuzz.run(RawSpan(_unsafeStart: UnsafeRawPointer(start), byteCount: count))
  return 0
}
