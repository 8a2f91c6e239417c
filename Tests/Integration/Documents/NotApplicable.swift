import Testing

/// What the three documents say that no authority can be tested for, and why. Every other sentence
/// that states a behaviour is a test in this folder.
struct NotApplicable: Sendable {
  enum Source: Sendable { case tokensAndKeys, howTo, platform }

  let source: Source
  let sentence: String
  let reason: String

  static let sentences: [NotApplicable] = [
    .init(.tokensAndKeys, "Unleash requires a server and a consuming client", "of the product"),
    .init(
      .tokensAndKeys, "Project-level visibility was introduced in Unleash 4.22",
      "the history of the product"),
    .init(
      .tokensAndKeys, "Prior to 4.10, a token was for a single project or for all",
      "the history of the product; both are tested as what they are today"),
    .init(
      .tokensAndKeys, "Front-end SDKs cannot connect with client tokens due to CORS",
      "what a browser may ask is the product's; that the kind is refused is tested"),
    .init(
      .tokensAndKeys, "Enable the front-end API, or configure an Unleash Proxy",
      "parts of the product that ask the authority"),
    .init(
      .tokensAndKeys, "Connect your own proxy clients or pure HTTP requests to the proxy",
      "who carries the key to the proxy does not show in what the proxy asks here"),
    .init(.howTo, "Planned to be released in Unleash 4.17", "the history of the product"),
    .init(
      .howTo, "Open the user profile pane and select Personal Access Tokens",
      "menus and addresses of the product's pages"),
    .init(.howTo, "Navigate to New Token", "menus of the product's pages"),
    .init(
      .howTo, "The popup's Copy Token element",
      "the page's; that the answer holds the value is tested"),
    .init(
      .platform, "A fully functional visual interface, starting with the 5.5 version",
      "the product's dashboard"),
    .init(
      .platform, "Preferable on accounts with two-factor authentication",
      "the second factor belongs to the product, which then acts for the user"),
    .init(
      .platform, "Go to Settings, select the Access Tokens tab", "menus of the product's pages"),
    .init(
      .platform, "The date in the dd-mm-yyyy format",
      "the protocol carries moments; the command reads this form, and its own tests say so"),
    .init(
      .platform, "The Only Checked filter", "what is ticked in a form is known to the form alone"),
    .init(
      .platform, "Links are displayed upon hovering",
      "the page's; that a method has its link is tested"),
    .init(.platform, "Use the Download and Copy buttons", "the page's"),
    .init(.platform, "Use Shift and Ctrl to select multiple tokens", "the page's"),
    .init(
      .platform, "Confirm in a pop-up",
      "the page's and the command's; that the password is asked for is tested"),
    .init(
      .platform, "Enter the URL with the session parameter into a browser",
      "the product's own API; what it asks the authority is tested"),
    .init(
      .platform, "You should get result 0 in response", "the product's own API; the verdict is ours"
    ),
    .init(.platform, "The environment is stopped", "the product does that"),
  ]

  private init(_ source: Source, _ sentence: String, _ reason: String) {
    self.source = source
    self.sentence = sentence
    self.reason = reason
  }
}

@Test("Every sentence that does not apply to an authority says why")
func notApplicableSaysWhy() {
  #expect(NotApplicable.sentences.count == 22)
  for row in NotApplicable.sentences {
    #expect(!row.sentence.isEmpty && !row.reason.isEmpty)
  }
  #expect(Set(NotApplicable.sentences.map(\.sentence)).count == NotApplicable.sentences.count)
}
