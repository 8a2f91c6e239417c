import TesseraModel
import TesseraWire

// What each request about the running authority asks of its caller. A backup holds everything, what
// scrypt made of passwords included, so it is for ADMIN tokens and their like alone.

extension SnapshotRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .holders(of: .serverOperate) }
}

extension BeginBackupRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .admins }
}

extension ReadBackupRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .admins }
}

extension EndBackupRequest: AdmissibleRequest {
  func rule(for user: UserID?) -> AdmissionRule { .admins }
}
