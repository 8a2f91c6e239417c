import Glibc
import TesseraSystem

/// Another process, whose processor time is asked for.
struct ServerProcess {
  let pid: Int32

  /// Of all its threads, in user and system mode, since it began; in steps of the kernel's tick,
  /// mostly 10 ms.
  func processorSeconds() throws(BenchFailure) -> Double {
    let path = "/proc/\(pid)/stat"
    let contents = String(decoding: try readFile(path, upTo: 64 << 10), as: UTF8.self)
    guard let ticks = ServerProcess.ticks(inStat: contents) else {
      throw .unusable("\(path): not as proc(5) says")
    }
    return Double(ticks) / Double(sysconf(CInt(_SC_CLK_TCK)))
  }

  /// The sum of fields 14 and 15, utime and stime. Field 2, the program's name in parentheses, may
  /// hold anything, so that fields are counted from the last parenthesis.
  static func ticks(inStat contents: String) -> UInt64? {
    guard let end = contents.lastIndex(of: ")") else { return nil }
    let fields = contents[end...].dropFirst().split(separator: " ")
    guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else {
      return nil
    }
    return user + system
  }
}
