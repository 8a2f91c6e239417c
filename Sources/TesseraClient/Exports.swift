// What a caller names when it asks and reads answers, so that one import is enough: the vocabulary
// whole, and of the messages those that are part of the client's interface.

@_exported import TesseraModel
@_exported import enum TesseraWire.ExpiryChoice
@_exported import enum TesseraWire.ListSort
@_exported import enum TesseraWire.RevokeResult
@_exported import enum TesseraWire.ServingStatus
@_exported import struct TesseraWire.BackupFile
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
