import execa from "execa";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import * as path from "node:path";
import { bootFile } from "../../../components/machines/user-data";
import type { RealPart } from "../../support/real-parts";
import type { Result, Stage } from "./stage";

const boot = path.join(__dirname, "../../../boot");
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** What a machine with a first process of its own needs. */
export const ownMachine: RealPart<true> = {
  howToHave:
    "root with the right to make namespaces, and unshare, nsenter, ip and systemd (Debian: apt-get install util-linux iproute2 systemd)",
  find: async () => ((await mayMakeNamespaces()) && existsSync("/lib/systemd/systemd") ? true : undefined),
  isGranted: async () => !existsSync("/usr/bin/unshare") || (await mayMakeNamespaces()),
};

async function mayMakeNamespaces(): Promise<boolean> {
  const flags = ["--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net"];
  const { failed } = await execa("unshare", [...flags, "ip", "link"], { reject: false });
  return !failed;
}

/** Passes connections on from an address of the machine to a port of this one: its network has no way out. */
const forward = `import socket, sys, threading
address, port, place = sys.argv[1:]
def pump(a, b):
    try:
        while data := a.recv(65536): b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError: pass
server = socket.create_server((address, int(port)))
while True:
    client, _ = server.accept()
    host = socket.socket(socket.AF_UNIX)
    host.connect(place)
    for pair in ((client, host), (host, client)): threading.Thread(target=pump, args=pair, daemon=True).start()
`;

export interface MachineOptions {
  /** Folder of boot/, which comes to /opt/groundwork with boot/lib, as cloud-init writes it. */
  readonly scripts: string;
  /** Commands that are the machine's own, in place of the stage's stand-ins. */
  readonly real: readonly string[];
  /** Ports of 127.0.0.1 that the machine reaches at its own 127.0.0.1. */
  readonly ports?: readonly number[];
  /** Lines of bash that run in the root of the machine before its first process. */
  readonly setup?: string;
}

/**
 * A machine with systemd as its first process, in namespaces of its own: units, journal, mounts and network are real and its own, the
 * kernel and the programs are this machine's. What a stage stands in for, it has on its PATH.
 */
export class BootedMachine {
  private constructor(
    private readonly stage: Stage,
    private readonly child: ChildProcess,
    private readonly servers: readonly Server[],
  ) {}

  static async start(stage: Stage, options: MachineOptions): Promise<BootedMachine> {
    for (const command of options.real) {
      stage.uninstall(command);
    }
    for (const folder of ["lib", options.scripts]) {
      for (const name of readdirSync(path.join(boot, folder))) {
        const file = bootFile(`${folder}/${name}`);
        stage.write(file.path, file.content, Number.parseInt(file.permissions, 8));
      }
    }
    const environment = `"PATH=${stage.bin}:${systemPath}" "STAND_INS=${stage.standIns}"`;
    stage.write("/etc/systemd/system.conf.d/test.conf", `[Manager]\nDefaultEnvironment=${environment}\n`);
    stage.write(
      "/etc/systemd/system/cloud-final.service",
      `[Service]\nType=oneshot\nExecStart=/opt/groundwork/${options.scripts}/boot.sh\n` +
        "StandardOutput=append:/var/log/cloud-init-output.log\nStandardError=append:/var/log/cloud-init-output.log\n",
    );
    stage.write(
      "/etc/systemd/system/sshd.service",
      "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n",
    );
    const servers: Server[] = [];
    const wants = ["systemd-journald.service", "sshd.service"];
    stage.write("/opt/forward.py", forward);
    const { port: metadata } = new URL(await stage.endpoint());
    for (const [address, port, to] of [
      ["169.254.169.254", 80, Number(metadata)] as const,
      ...(options.ports ?? []).map((port) => ["127.0.0.1", port, port] as const),
    ]) {
      const socket = path.join(stage.directory, `${String(port)}.sock`);
      const server = createServer((client) => {
        const upstream = connect(to, "127.0.0.1");
        client.pipe(upstream).pipe(client);
        client.on("error", () => upstream.destroy());
        upstream.on("error", () => client.destroy());
      });
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      servers.push(server);
      const unit = `forward-${String(port)}.service`;
      wants.push(unit);
      stage.write(
        `/etc/systemd/system/${unit}`,
        `[Service]\nExecStart=/usr/bin/python3 /opt/forward.py ${address} ${String(port)} ${socket}\n`,
      );
    }
    stage.write(
      "/etc/systemd/system/groundwork-test.target",
      `[Unit]\nDescription=A machine of a test\nWants=${wants.join(" ")}\nAfter=${wants.join(" ")}\n`,
    );
    writeFileSync(path.join(stage.directory, "setup"), options.setup ?? "");
    const child = spawn(
      "unshare",
      [
        ...["--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net", "--kill-child=KILL"],
        path.join(__dirname, "machine-root.sh"),
        stage.directory,
      ],
      { stdio: "ignore", env: { PATH: systemPath } },
    );
    const machine = new BootedMachine(stage, child, servers);
    const deadline = Date.now() + 120_000;
    while ((await machine.enter("systemctl", "is-system-running", "--wait")).exitCode !== 0) {
      if (machine.ended || Date.now() > deadline) {
        const said = readFileSync(path.join(stage.directory, "console"), "utf8");
        await machine.end();
        throw new Error(`The machine did not start: ${said}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return machine;
  }

  /** Runs boot.sh as cloud-init does, in a service of its own, and waits for its end. */
  async boot(): Promise<Result> {
    const { exitCode } = await this.enter("systemctl", "start", "cloud-final.service");
    return { exitCode, output: await this.ask("cat", "/var/log/cloud-init-output.log") };
  }

  /** What a command of the machine prints, however it ends. */
  async ask(...command: readonly [string, ...string[]]): Promise<string> {
    return (await this.enter(...command)).output;
  }

  /** Waits until a line of bash ends well on the machine. */
  async until(line: string): Promise<void> {
    while ((await this.enter("bash", "-c", line)).exitCode !== 0) {
      if (this.ended) {
        throw new Error(`The machine ended before this was so: ${line}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private async enter(...command: readonly [string, ...string[]]): Promise<Result> {
    const { exitCode, all = "" } = await execa(
      "nsenter",
      [
        "--target",
        childOf(this.child.pid),
        "--mount",
        "--pid",
        "--cgroup",
        "--uts",
        "--ipc",
        "--net",
        ...command,
      ],
      {
        all: true,
        reject: false,
        stdin: "ignore",
        extendEnv: false,
        env: { PATH: `${this.stage.bin}:${systemPath}`, STAND_INS: this.stage.standIns },
      },
    );
    return { exitCode, output: all };
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async end(): Promise<void> {
    if (!this.ended) {
      const ended = new Promise((resolve) => this.child.once("exit", resolve));
      this.child.kill("SIGKILL");
      await ended;
    }
    for (const server of this.servers) {
      server.close();
    }
    this.stage.end();
  }
}

/** The first process of a machine; 0 where there is none yet. */
function childOf(pid: number | undefined): string {
  try {
    return /\d+/.exec(readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, "utf8"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

/** A disk of the machine: a file as a block device, for as long as a test has it. */
export class Disk {
  private constructor(
    private readonly file: string,
    readonly device: string,
  ) {}

  static async attach(directory: string, name: string, megabytes: number): Promise<Disk> {
    const file = path.join(directory, name);
    writeFileSync(file, "");
    truncateSync(file, megabytes * 1024 * 1024);
    const { stdout } = await execa("losetup", ["--find", "--show", file]);
    return new Disk(file, stdout);
  }

  async detach(): Promise<void> {
    await execa("losetup", ["--detach", this.device], { reject: false });
    rmSync(this.file, { force: true });
  }
}
