// What a caller names when it asks and reads answers, so that one import is enough: of the
// vocabulary and of the messages what is part of the client's interface, and no name that would
// hide one of the caller's for nothing.

import TesseraModel
@_exported import enum TesseraModel.DateText
@_exported import enum TesseraModel.EventKind
@_exported import enum TesseraModel.Limits
@_exported import enum TesseraModel.Permission
@_exported import enum TesseraModel.ProjectSelection
@_exported import enum TesseraModel.RegistryEntry
@_exported import enum TesseraModel.RegistryKey
@_exported import enum TesseraModel.RegistryType
@_exported import enum TesseraModel.ScopeSelection
@_exported import enum TesseraModel.SoftwareVersion
@_exported import enum TesseraModel.StatusCode
@_exported import enum TesseraModel.TokenKind
@_exported import enum TesseraModel.TokenState
@_exported import enum TesseraModel.Verdict
@_exported import protocol TesseraModel.Name
@_exported import struct TesseraModel.Digest
@_exported import struct TesseraModel.EnvironmentID
@_exported import struct TesseraModel.FieldChange
@_exported import struct TesseraModel.Grant
@_exported import struct TesseraModel.InvalidName
@_exported import struct TesseraModel.KindSet
@_exported import struct TesseraModel.MethodName
@_exported import struct TesseraModel.PermissionGrant
@_exported import struct TesseraModel.ProjectID
@_exported import struct TesseraModel.Refusal
@_exported import struct TesseraModel.Revision
@_exported import struct TesseraModel.RoleName
@_exported import struct TesseraModel.ScopeSetName
@_exported import struct TesseraModel.Timestamp
@_exported import struct TesseraModel.TokenID
@_exported import struct TesseraModel.UserID
@_exported import enum TesseraWire.ExpiryChoice
@_exported import enum TesseraWire.ListSort
@_exported import enum TesseraModel.RevokeResult
@_exported import enum TesseraWire.ServingStatus
@_exported import struct TesseraWire.BackupFile
@_exported import struct TesseraWire.CallContext
@_exported import struct TesseraWire.Caller
@_exported import struct TesseraWire.ChangeEvent
@_exported import struct TesseraWire.CreateUserRequest
@_exported import struct TesseraWire.HealthResponse
@_exported import struct TesseraWire.ImportedToken
@_exported import struct TesseraWire.IssueRequest
@_exported import struct TesseraWire.ListEntriesRequest
@_exported import struct TesseraWire.ListEventsRequest
@_exported import struct TesseraWire.ListRequest
@_exported import struct TesseraWire.ListUsersRequest
@_exported import struct TesseraWire.PurgeRequest
@_exported import struct TesseraWire.RegenerateRequest
@_exported import struct TesseraWire.RevokeFilter
@_exported import struct TesseraWire.RevokeOutcome
@_exported import struct TesseraWire.RevokeRequest
@_exported import struct TesseraWire.Secret
@_exported import struct TesseraWire.Token
@_exported import struct TesseraWire.TokenDetails
@_exported import struct TesseraWire.TokenRevocation
@_exported import struct TesseraWire.UpdateRequest
@_exported import struct TesseraWire.UpdateUserRequest
@_exported import struct TesseraWire.User
@_exported import struct TesseraWire.ValidateRequest

/// Who did something: a token's holder, a user, a certificate's, or a command of the daemon's. Its
/// own name would hide the standard library's `Actor`.
public typealias ChangeActor = TesseraModel.Actor

/// The moment so much later; the earliest or the latest that there is where it would be beyond.
///
/// An operator does not come with its type. Who imports the model whole has its own.
@_disfavoredOverload
public func + (moment: Timestamp, span: Duration) -> Timestamp { moment + span }
