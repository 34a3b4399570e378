import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { FailedError } from "../terminal/errors";
import type { Connection } from "./slot-state";

/** How long a machine may take to answer. */
const connectSeconds = 20;
/** ssh's own exit code for all that is not the command's. */
const sshFailed = 255;

export interface SshOptions {
  readonly connection: Connection;
  /** The secret workerSshKey. It goes into a file of a folder that only this user reads, for as long as it is needed. */
  readonly privateKey: string;
  readonly signal?: AbortSignal;
  /** What the machine is called in messages: `docker-worker-3`. */
  readonly machine: string;
}

/**
 * Runs a command on a machine, known by its host key and no other. With a folder of its own for key and known_hosts, and
 * none of the person's own configuration of ssh.
 *
 * @throws FailedError when the machine does not let us in, shows another key, or the command fails; it says which.
 */
export async function runOverSsh(command: string, options: SshOptions): Promise<string> {
  const { connection, privateKey, machine, signal } = options;
  const { default: execa } = await import("execa");
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-ssh-"));
  try {
    const [key, knownHosts] = [path.join(directory, "key"), path.join(directory, "known_hosts")];
    // ssh wants the line end that the secret is kept without.
    writeFileSync(key, `${privateKey.trimEnd()}\n`, { mode: 0o600 });
    writeFileSync(knownHosts, `${knownName(connection)} ${connection.hostKey.trim()}\n`, { mode: 0o600 });
    const running = execa("ssh", [...sshArguments(connection, key, knownHosts), command], {
      reject: false,
      stdin: "ignore",
    });
    const stop = (): void => void running.kill("SIGTERM");
    signal?.addEventListener("abort", stop, { once: true });
    const { exitCode, stdout, stderr, failed } = await running;
    signal?.removeEventListener("abort", stop);
    if (!failed && exitCode === 0) {
      return stdout;
    }
    const words = stderr.trim().split("\n").slice(-5).join("\n");
    const where = `${connection.user}@${connection.host} port ${connection.port}`;
    throw new FailedError(
      exitCode === sshFailed
        ? `${machine} (${where}) was not reached over SSH: ${words}`
        : `${machine} (${where}): the command ended with ${exitCode ?? "a signal"}: ${words}`,
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** As ssh looks a host up in known_hosts. */
function knownName({ host, port }: Connection): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

function sshArguments({ host, port, user, hostKey }: Connection, key: string, knownHosts: string): string[] {
  const settings = {
    BatchMode: "yes",
    IdentitiesOnly: "yes",
    IdentityFile: key,
    UserKnownHostsFile: knownHosts,
    GlobalKnownHostsFile: "/dev/null",
    StrictHostKeyChecking: "yes",
    // Of several keys of a machine the one that is known is the one to ask for.
    HostKeyAlgorithms: algorithmsFor(hostKey),
    ConnectTimeout: String(connectSeconds),
    ServerAliveInterval: "15",
    ServerAliveCountMax: "8",
    LogLevel: "ERROR",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  return ["-F", "/dev/null", ...options, "-p", String(port), "-l", user, "--", host];
}

/** An RSA key signs by newer algorithms than its own name says. */
function algorithmsFor(hostKey: string): string {
  const [type = ""] = hostKey.trim().split(" ");
  return type === "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
}
