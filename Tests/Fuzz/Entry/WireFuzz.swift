import TesseraBytes
import TesseraModel
import TesseraWire

/// What the fuzzer runs and the replay of its corpus too: one input, which must not end the
/// process.
///
/// The first byte chooses what the rest is read as. Beyond not crashing, what was taken must hold
/// the properties named below; one that does not is a precondition failure.
public enum WireFuzz {
  public static func run(_ input: RawSpan) {
    guard input.byteCount > 0 else { return }
    let rest = input.extracting(1..<input.byteCount)
    switch input[0] {
    case 0: frames(rest, FrameReader(side: .server, lengthLimit: 4_096))
    case 1: frames(rest, FrameReader(side: .client, lengthLimit: 4_096))
    case 2: validation(rest)
    case 3: batch(rest)
    case let choice: message(rest, choice)
    }
  }

  /// How many first bytes mean something: frames of both sides, two readings in place, and
  /// messages.
  public static let choices: UInt8 = 4 + 30 + 33 + 8

  static func message(_ bytes: RawSpan, _ choice: UInt8) {
    switch choice {
    case 4: recode(AuthenticateRequest.self, bytes)
    case 5: recode(AuthenticateResponse.self, bytes)
    case 6: recode(Caller.self, bytes)
    case 7: recode(Failure.self, bytes)
    case 8: recode(GetRequest.self, bytes)
    case 9: recode(GetResponse.self, bytes)
    case 10: recode(HealthRequest.self, bytes)
    case 11: recode(HealthResponse.self, bytes)
    case 12: recode(IssueRequest.self, bytes)
    case 13: recode(IssueResponse.self, bytes)
    case 14: recode(ListRequest.self, bytes)
    case 15: recode(ListResponse.self, bytes)
    case 16: recode(Password.self, bytes)
    case 17: recode(RevokeFilter.self, bytes)
    case 18: recode(RevokeOutcome.self, bytes)
    case 19: recode(RevokeRequest.self, bytes)
    case 20: recode(RevokeResponse.self, bytes)
    case 21: recode(Token.self, bytes)
    case 22: recode(TokenDetails.self, bytes)
    case 23: recode(TokenRevocation.self, bytes)
    case 24: recode(ValidateBatchRequest.self, bytes)
    case 25: recode(ValidateBatchResponse.self, bytes)
    case 26: recode(ValidateRequest.self, bytes)
    case 27: recode(ValidateResponse.self, bytes)
    case 28: recode(WhoAmIRequest.self, bytes)
    case 29: recode(WhoAmIResponse.self, bytes)
    case 30: recode(UpdateRequest.self, bytes)
    case 31: recode(UpdateResponse.self, bytes)
    case 32: recode(RegenerateRequest.self, bytes)
    case 33: recode(RegenerateResponse.self, bytes)
    case let choice: peopleMessage(bytes, choice)
    }
  }

  /// The messages for users, the registry, imports and events.
  static func peopleMessage(_ bytes: RawSpan, _ choice: UInt8) {
    switch choice {
    case 34: recode(CallContext.self, bytes)
    case 35: recode(CreateUserRequest.self, bytes)
    case 36: recode(CreateUserResponse.self, bytes)
    case 37: recode(UpdateUserRequest.self, bytes)
    case 38: recode(UpdateUserResponse.self, bytes)
    case 39: recode(DeleteUserRequest.self, bytes)
    case 40: recode(DeleteUserResponse.self, bytes)
    case 41: recode(GetUserRequest.self, bytes)
    case 42: recode(GetUserResponse.self, bytes)
    case 43: recode(ListUsersRequest.self, bytes)
    case 44: recode(ListUsersResponse.self, bytes)
    case 45: recode(SetPasswordRequest.self, bytes)
    case 46: recode(SetPasswordResponse.self, bytes)
    case 47: recode(CreateEntryRequest.self, bytes)
    case 48: recode(CreateEntryResponse.self, bytes)
    case 49: recode(UpdateEntryRequest.self, bytes)
    case 50: recode(UpdateEntryResponse.self, bytes)
    case 51: recode(DeleteEntryRequest.self, bytes)
    case 52: recode(DeleteEntryResponse.self, bytes)
    case 53: recode(GetEntryRequest.self, bytes)
    case 54: recode(GetEntryResponse.self, bytes)
    case 55: recode(ListEntriesRequest.self, bytes)
    case 56: recode(ListEntriesResponse.self, bytes)
    case 57: recode(ImportRequest.self, bytes)
    case 58: recode(ImportResponse.self, bytes)
    case 59: recode(ImportOutcome.self, bytes)
    case 60: recode(ImportedToken.self, bytes)
    case 61: recode(PurgeRequest.self, bytes)
    case 62: recode(PurgeResponse.self, bytes)
    case 63: recode(ListEventsRequest.self, bytes)
    case 64: recode(ListEventsResponse.self, bytes)
    case 65: recode(ChangeEvent.self, bytes)
    case 66: recode(User.self, bytes)
    default: operatorMessage(bytes, choice)
    }
  }

  /// The messages for snapshots and backups.
  static func operatorMessage(_ bytes: RawSpan, _ choice: UInt8) {
    switch choice {
    case 67: recode(SnapshotRequest.self, bytes)
    case 68: recode(SnapshotResponse.self, bytes)
    case 69: recode(BeginBackupRequest.self, bytes)
    case 70: recode(BeginBackupResponse.self, bytes)
    case 71: recode(ReadBackupRequest.self, bytes)
    case 72: recode(ReadBackupResponse.self, bytes)
    case 73: recode(EndBackupRequest.self, bytes)
    case 74: recode(EndBackupResponse.self, bytes)
    default: break
    }
  }

  /// What was read and written is read as the same, and written as the same bytes.
  static func recode<Message: WireMessage>(_ type: Message.Type, _ bytes: RawSpan) {
    guard let read = try? Message(decoding: bytes) else { return }
    let written = read.encoded
    guard let again = try? unsafe Message(decoding: written.span.bytes) else {
      preconditionFailure("\(type) does not read what it wrote")
    }
    precondition(again == read, "\(type) reads another message than it wrote")
    precondition(again.encoded == written, "\(type) writes the same message in two ways")
  }
}
