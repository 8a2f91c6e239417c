import TestTerminal

@testable import tessera

extension PseudoTerminal {
  var prompt: Prompt { Prompt(input: program, output: program) }
}
