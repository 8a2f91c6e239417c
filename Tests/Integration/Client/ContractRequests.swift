import TesseraClient

/// What the contract's tests ask for, before they change it.
extension IssueRequest {
  static func client(_ name: String = "checkout") -> IssueRequest {
    var request = IssueRequest(.client, name: name)
    request.projects = .one("default")
    request.environment = "production"
    request.expiry = .after(.seconds(3600))
    return request
  }

  static func personal(_ name: String = "laptop") -> IssueRequest {
    var request = IssueRequest(.personal, name: name)
    request.owner = "ada"
    return request
  }

  static func service() -> IssueRequest {
    var request = IssueRequest(.service, name: "gateway")
    request.permissions = [PermissionGrant(.tokensValidate)]
    return request
  }
}
