import TesseraModel

/// What users hold: by their own grants and their roles', as these are now.
extension PlainAuthority {
  private func grants(of id: UserID) -> [Grant] { users[id].map { grants(of: $0) } ?? [] }

  private func isAdmin(_ id: UserID) -> Bool { users[id]?.isAdmin == true }

  private func grants(of id: UserID, in project: ProjectID) -> [Grant] {
    grants(of: id).filter { $0.place == .project(project) || $0.place == .allProjects }
  }

  func isMember(_ id: UserID, of project: ProjectID) -> Bool {
    isAdmin(id) || !grants(of: id, in: project).isEmpty
  }

  /// READ_PROJECT_API_TOKEN: members have it, unless one of their grants there takes it away.
  func mayRead(_ id: UserID, _ project: ProjectID) -> Bool {
    if isAdmin(id) { return true }
    let there = grants(of: id, in: project)
    return !there.isEmpty && !there.contains { $0.hidesTokens }
  }

  func isMemberEverywhere(_ id: UserID) -> Bool {
    isAdmin(id) || grants(of: id).contains { $0.place == .allProjects }
  }

  /// READ_PROJECT_API_TOKEN for each of these projects; all are those of the future too.
  func mayRead(_ id: UserID, _ projects: ProjectSelection) -> Bool {
    switch projects {
    case .one(let project): mayRead(id, project)
    case .list(let list): list.allSatisfy { mayRead(id, $0) }
    case .all:
      isAdmin(id)
        || (isMemberEverywhere(id) && !grants(of: id).contains { $0.hidesTokens })
    }
  }

  /// Whether there is, or may come, a project whose tokens they read.
  func mayReadSome(_ id: UserID) -> Bool {
    if isAdmin(id) { return true }
    let everywhere = grants(of: id).filter { $0.place == .allProjects }
    if !everywhere.isEmpty { return !everywhere.contains { $0.hidesTokens } }
    return entries.keys.contains { key in
      if case .project(let project) = key { mayRead(id, project) } else { false }
    }
  }

  /// CREATE_PROJECT_API_TOKEN.
  func mayCreate(_ id: UserID, _ project: ProjectID) -> Bool {
    isAdmin(id) || grants(of: id, in: project).contains { $0.createsTokens }
  }

  func mayCreateEverywhere(_ id: UserID) -> Bool {
    isAdmin(id) || grants(of: id).contains { $0.place == .allProjects && $0.createsTokens }
  }

  /// CREATE_PROJECT_API_TOKEN for each of a token's projects; all are those of the future too.
  func mayCreate(_ id: UserID, _ projects: ProjectSelection?) -> Bool {
    switch projects {
    case .one(let project): mayCreate(id, project)
    case .list(let list): !list.isEmpty && list.allSatisfy { mayCreate(id, $0) }
    case .all: mayCreateEverywhere(id)
    case nil: false
    }
  }

  func methods(heldBy id: UserID, in project: ProjectID) -> MethodsOpened {
    isAdmin(id) ? .all : methods(of: grants(of: id, in: project))
  }

  func methods(heldAnywhereBy id: UserID) -> MethodsOpened {
    isAdmin(id) ? .all : methods(of: grants(of: id))
  }

  /// What the user holds in all of a token's projects.
  func holds(
    _ id: UserID, in projects: ProjectSelection?, _ asked: MethodsOpened, beside free: MethodsOpened
  ) -> Bool {
    func isHeld(_ held: MethodsOpened) -> Bool {
      var held = held
      held.add(free)
      return held.contains(asked)
    }
    switch projects {
    case .one(let project): return isHeld(methods(heldBy: id, in: project))
    case .list(let list): return list.allSatisfy { isHeld(methods(heldBy: id, in: $0)) }
    case .all:
      return isAdmin(id)
        || isHeld(methods(of: grants(of: id).filter { $0.place == .allProjects }))
    case nil: return false
    }
  }

  func methods(of grants: [Grant]) -> MethodsOpened {
    var opened = MethodsOpened.some([])
    for grant in grants {
      if let scopes = grant.scopes { opened.add(methods(scopes, of: .personal)) }
    }
    return opened
  }
}
