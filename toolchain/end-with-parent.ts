/**
 * For a process that was started as the leader of its own group, with a pipe as its standard input: ends it and all that it
 * started when whoever holds the other end of the pipe is gone, killed included.
 */
export function endWithParent(): void {
  process.stdin
    .on("end", () => process.kill(process.platform === "win32" ? process.pid : -process.pid, "SIGKILL"))
    .resume();
}
