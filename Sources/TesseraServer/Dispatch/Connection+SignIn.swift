import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// Users who sign in by name and password.
extension Connection {
  mutating func signIn(
    _ password: Password, _ header: FrameHeader, _ bytes: Int, _ core: inout ReactorCore
  ) throws(Refusal) {
    let user: UserID
    do {
      user = try UserID(password.user)
    } catch {
      throw Refusal(.invalidArgument, error.description, field: "password.user")
    }
    let check = PasswordCheck(
      user: user, password: password.password, field: "password", confirmation: nil)
    try check.requireLength()
    // Of strangers only: a product that confirms for many users on one connection sees many slips.
    guard wrongPasswords < Limits.wrongPasswordsPerConnection else {
      core.services.counters.count(.passwordsSlowed)
      throw Refusal(
        .resourceExhausted,
        "\(wrongPasswords) wrong passwords on this connection; connect again to try another",
        field: "password")
    }
    try core.services.passwords.requireAttempt(check)
    let (call, deadline) = try begin(header, &core)
    let request = PasswordRequest(
      purpose: .signIn, check: check, party: Party(stranger: socket.peerAddress),
      deadline: deadline, reply: reply(call, core))
    try requireTaken(core.services.passwords.queue.put(request, bytes: bytes), call)
  }

  /// The password was right: the connection has a caller, who confirmed with it too.
  mutating func finishSignIn(
    _ caller: TesseraEngine.Caller, _ call: CallNumber, _ core: borrowing ReactorCore,
    _ replies: inout ByteBuffer
  ) {
    do throws(Refusal) {
      // A certificate may have been mapped meanwhile.
      guard self.caller == nil else { throw .callerKnown }
      let now = core.wallTime
      let rights = try Connection.rights(of: caller, core, now)
      let shown = try Connection.describe(caller, core, now)
      adopt(caller)
      if let key = Confirmations.Key(caller, rights) { confirmations.note(key, now: core.now) }
      answer(call, AuthenticateResponse(caller: shown), &replies)
    } catch {
      replies.appendRefusal(error, call: call)
    }
  }
}
