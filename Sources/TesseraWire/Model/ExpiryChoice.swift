import TesseraBytes
import TesseraModel

/// When a token is to end: the oneof `expiry` of the requests that ask for it.
public enum ExpiryChoice: Equatable, Sendable {
  case at(Timestamp)
  /// From the moment that the change is made.
  case after(Duration)
  case never
}

extension ProtoReader {
  /// A member of the oneof, whose fields are `first` and the two after it: `expires_at`, `lifetime`
  /// and `never`.
  @_lifetime(self: copy self)
  mutating func expiry(
    _ tag: FieldTag, first: UInt32, into expiry: inout ExpiryChoice?
  ) throws(WireError) {
    switch tag.number - first {
    case 0:
      var time: Timestamp? = if case .at(let set) = expiry { set } else { nil }
      try timestamp(tag, "expires_at", into: &time)
      expiry = time.map(ExpiryChoice.at)
    case 1:
      var lifetime: Duration? = if case .after(let set) = expiry { set } else { nil }
      try duration(tag, "lifetime", into: &lifetime)
      expiry = lifetime.map(ExpiryChoice.after)
    default:
      try selector(tag, "never")
      expiry = .never
    }
  }
}

extension ByteBuffer {
  /// The member of the oneof that is set; nil is left out.
  mutating func append(firstField first: UInt32, expiry: ExpiryChoice?) {
    switch expiry {
    case .at(let time): append(field: first, timestamp: time)
    case .after(let lifetime): append(field: first + 1, duration: lifetime)
    case .never: append(field: first + 2, bool: true)
    case nil: break
    }
  }
}
