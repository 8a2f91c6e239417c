import ArgumentParser
struct ScaleCommand: ParsableCommand {}
