import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import * as path from "node:path";
import execa, { type ExecaChildProcess } from "execa";
import { installed, type RealPart } from "./real-parts";

/** What tests need of OpenSSH: its server and its client. */
export interface OpenSsh {
  readonly sshd: string;
  readonly ssh: string;
}

export const openSsh: RealPart<OpenSsh> = installed(
  ["sshd", "ssh", "ssh-keygen", "ssh-keyscan"],
  "OpenSSH's server and client (Debian: apt-get install openssh-server)",
);

/** What a remote command is given, as far as a connection needs it. */
export interface RemoteCommand {
  readonly connection: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly privateKey: string;
    readonly hostKey: string;
  };
  readonly create: string;
  readonly stdin?: string;
}

/** An SSH server on 127.0.0.1 and a free port, with keys of its own, that lets in one throw-away key: as whoever runs the test. */
export class Sshd {
  readonly user = userInfo().username;

  private constructor(
    private readonly programs: OpenSsh,
    private readonly directory: string,
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** @param environment Of whatever is run over it. */
  static async start(programs: OpenSsh, environment: Readonly<Record<string, string>>): Promise<Sshd> {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-sshd-"));
    const file = (name: string): string => path.join(directory, name);
    for (const [name, type] of [
      ["host-ecdsa", "ecdsa"],
      ["host-ed25519", "ed25519"],
      ["client", "ed25519"],
      ["stranger", "ecdsa"],
    ] as const) {
      execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "", "-f", file(name)]);
    }
    const port = await freePort();
    const variables = Object.entries(environment).map(([name, value]) => `"${name}=${value}"`);
    const config = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${file("host-ecdsa")}`,
      `HostKey ${file("host-ed25519")}`,
      `AuthorizedKeysFile ${file("client.pub")}`,
      "PidFile none",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      // Of a folder that others may list.
      "StrictModes no",
      `SetEnv ${variables.join(" ")}`,
    ];
    writeFileSync(file("sshd_config"), `${config.join("\n")}\n`);
    if (process.getuid?.() === 0) {
      // Where Debian's sshd goes to be nobody.
      mkdirSync("/run/sshd", { recursive: true });
    }
    const child = spawn(programs.sshd, ["-D", "-e", "-f", file("sshd_config")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString();
    });
    while (!(await answers(port))) {
      if (child.exitCode !== null) {
        throw new Error(`sshd ended: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return new Sshd(programs, directory, child, port);
  }

  /** Public key of the server: the one that Go's library asks for first, or another. */
  hostKey(type: "ecdsa" | "ed25519" = "ecdsa"): string {
    return this.publicKey(`host-${type}`);
  }

  /** A key that is nobody's here. */
  get strangersKey(): string {
    return this.publicKey("stranger");
  }

  get privateKey(): string {
    return readFileSync(path.join(this.directory, "client"), "utf8");
  }

  /** Runs a remote command as its provider does: the command, its standard input, the expected host key and no other. */
  begin({ connection, create, stdin = "" }: RemoteCommand): ExecaChildProcess {
    const directory = mkdtempSync(path.join(this.directory, "call-"));
    const knownHosts = path.join(directory, "known_hosts");
    const identity = path.join(directory, "identity");
    writeFileSync(knownHosts, `[${connection.host}]:${connection.port} ${connection.hostKey}\n`);
    writeFileSync(identity, connection.privateKey, { mode: 0o600 });
    const options = {
      IdentitiesOnly: "yes",
      UserKnownHostsFile: knownHosts,
      GlobalKnownHostsFile: "none",
      StrictHostKeyChecking: "yes",
      LogLevel: "ERROR",
      BatchMode: "yes",
    };
    const args = [
      ...["-F", "none", "-T", "-i", identity, "-p", String(connection.port), "-l", connection.user],
      ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    ];
    return execa(this.programs.ssh, [...args, connection.host, create], {
      input: stdin,
      reject: false,
      all: true,
    });
  }

  end(): void {
    this.child.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private publicKey(name: string): string {
    return readFileSync(path.join(this.directory, `${name}.pub`), "utf8").trim();
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
