import execa from "execa";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { WorkerData } from "../../../components/worker-groups/worker-data";
import { Stage, type Result } from "./stage";

export const GROUP = "groundwork-dev-worker-ci";
export const INSTANCE = "i-0000000000000000a";
export const PARAMETERS = "/groundwork/dev/workers/ci/boot";
const SECRETS = "arn:aws:secretsmanager:eu-west-1:123456789012:secret";
const boot = path.join(__dirname, "../../../boot");

/** What the worker's program is here: it says that it has registered, or notes that it was asked to retire. */
const program = `#!/bin/bash
printf '%s %s\\n' "$1" "$(env | grep ^CONCOURSE_ | sort | tr '\\n' ' ')" >>"$STAND_INS/concourse"
case $1 in
  # Concourse writes this at level info.
  worker) [[ $CONCOURSE_LOG_LEVEL == error ]] || echo '{"level":"info","source":"worker","message":"worker.beacon-runner.beacon.registered"}'
    [[ ! -f $STAND_INS/work ]] || . "$STAND_INS/work" ;;
  retire-worker) [[ ! -f $STAND_INS/retire ]] || . "$STAND_INS/retire" ;;
esac
`;

/** The scheduler: a real server with its API, and the releases beside it. */
export class Scheduler {
  version: unknown = "7.14.1";
  /** How often each path has been asked for. */
  readonly asked: Record<string, number> = {};
  /** Answers the next requests for a path with an error. */
  readonly failures: Record<string, number> = {};
  workers: readonly {
    readonly name: string;
    readonly state: string;
    /** When the worker began, as it said itself. */
    readonly start_time: number;
  }[] = [];
  authorization: string | undefined;
  /** Answers every request for a release with this. */
  refuses: number | undefined;
  /** What the worker's own health check at this server answers. */
  healthy = true;
  private constructor(
    private readonly server: Server,
    private readonly releases: Readonly<Record<string, Buffer>>,
  ) {}

  static async start(): Promise<Scheduler> {
    const releases = { worker: await pack("concourse/bin/concourse", program) };
    const agent = { metrics: await pack("node_exporter-1.9.1/node_exporter", "#!/bin/sh\n") };
    const server = createServer();
    const scheduler = new Scheduler(server, { ...releases, ...agent });
    server.on("request", (request, response) => {
      const { status, body } = scheduler.answer(request.url ?? "", request.headers.authorization);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return scheduler;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  sum(release: string, algorithm: string): string {
    return createHash(algorithm)
      .update(this.releases[release] ?? "")
      .digest("hex");
  }

  end(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(url: string, authorization: string | undefined): { status: number; body: string | Buffer } {
    this.asked[url] = (this.asked[url] ?? 0) + 1;
    const left = this.failures[url] ?? 0;
    if (left > 0) {
      this.failures[url] = left - 1;
      return { status: 502, body: "bad gateway" };
    }
    if (url === "/") {
      return { status: this.healthy ? 200 : 503, body: "" };
    }
    if (url === "/api/v1/info") {
      return { status: 200, body: JSON.stringify({ version: this.version, worker_version: "2.5" }) };
    }
    if (url === "/api/v1/workers") {
      this.authorization = authorization;
      return { status: 200, body: JSON.stringify(this.workers) };
    }
    if (this.refuses !== undefined) {
      return { status: this.refuses, body: "" };
    }
    const [, name = "", sum] = /^\/releases\/(\w+)-[^/]*?\.tgz(\.sha1)?$/.exec(url) ?? [];
    const release = this.releases[name];
    if (release === undefined) {
      return { status: 404, body: "" };
    }
    return { status: 200, body: sum === undefined ? release : `${this.sum(name, "sha1")}  ${name}.tgz\n` };
  }
}

async function pack(file: string, content: string): Promise<Buffer> {
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-release-"));
  try {
    mkdirSync(path.join(directory, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(directory, file), content);
    chmodSync(path.join(directory, file), 0o755);
    const [folder = ""] = file.split("/");
    await execa("tar", ["-czf", "release", "-C", directory, folder], { cwd: directory });
    return readFileSync(path.join(directory, "release"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What tests change of the data of a group. */
export type Changes = Partial<Omit<WorkerData, "install">> & {
  readonly install?: Partial<WorkerData["install"]>;
};

export function workerDataFor(scheduler: Scheduler, changes: Changes = {}): WorkerData {
  const sha256 = (name: string): Record<string, string> => ({
    amd64: scheduler.sum(name, "sha256"),
    arm64: scheduler.sum(name, "sha256"),
  });
  return {
    group: "ci",
    scheduler: { host: "ci.example.com", port: 2222 },
    tags: [],
    keys: {
      worker: { arn: `${SECRETS}:worker-a1B2c3`, jsonKey: "ssh_prv" },
      scheduler: { publicKey: "ssh-ed25519 AAAA scheduler" },
    },
    volume: { kind: "root" },
    memoryLimitPercent: 90,
    bootTimeoutSeconds: 600,
    registration: { timeoutSeconds: 60 },
    drainTimeoutSeconds: 3600,
    ssh: false,
    maxFailedBoots: 3,
    coolDownSeconds: 300,
    parameters: PARAMETERS,
    metrics: { namespace: "groundwork/workers" },
    ...changes,
    environment: { CONCOURSE_HEALTHCHECK_BIND_PORT: String(scheduler.port), ...changes.environment },
    install: {
      schedulerApi: scheduler.address,
      worker: { url: `${scheduler.address}/releases/worker-{version}-linux-{architecture}.tgz`, sha256: {} },
      filesystem: "ext4",
      localDisks: false,
      logs: false,
      metrics: {
        version: "1.9.1",
        url: `${scheduler.address}/releases/metrics-{version}.{architecture}.tgz`,
        sha256: { "1.9.1": sha256("metrics") },
      },
      packages: [],
      ...changes.install,
    },
  };
}

/** A worker's machine on which everything goes well, with the files that cloud-init has written. */
export function workerMachine(scheduler: Scheduler, changes: Changes = {}): Stage {
  const stage = new Stage({
    "instance-id": INSTANCE,
    "placement/region": "eu-west-1",
    "local-ipv4": "10.0.0.7",
    mac: "0a:1b:2c:3d:4e:5f",
    "network/interfaces/macs/0a:1b:2c:3d:4e:5f/vpc-ipv4-cidr-blocks": "10.0.0.0/16",
  });
  for (const command of [
    "lsblk",
    "blkid",
    "mkfs.btrfs",
    "mkfs.ext4",
    "mdadm",
    "btrfs",
    "mount",
    "mountpoint",
  ]) {
    stage.install(command);
  }
  for (const command of ["iptables", "rpm"]) {
    stage.install(command);
  }
  stage.write("etc/groundwork/worker.json", JSON.stringify(workerDataFor(scheduler, changes)));
  inGroup(stage, "Pending:Wait");
  stage.answers("systemctl show", "active\n");
  stage.answersFor("systemctl show", "NRestarts", "0\n");
  // What systemd would do.
  stage.does(
    "systemctl start",
    `[[ $2 != worker.service ]] || { "${boot}/worker/begin.sh"; "${boot}/worker/run.sh"; } >>"$GROUNDWORK_ROOT/var/log/groundwork/worker.log" 2>&1\n`,
  );
  stage.fails("mountpoint --quiet", "");
  stage.answersFor(
    "aws secretsmanager get-secret-value",
    `${SECRETS}:worker-a1B2c3`,
    JSON.stringify({
      ssh_prv: "-----BEGIN OPENSSH PRIVATE KEY-----\nvery-secret-key\n-----END OPENSSH PRIVATE KEY-----",
    }),
  );
  stage.answersFor("aws secretsmanager get-secret-value", `${SECRETS}:api-a1B2c3`, "very-secret-token\n");
  stage.answersFor("aws ssm get-parameter", `${PARAMETERS}/failures`, "4\n");
  stage.answersFor("aws ssm get-parameter", `${PARAMETERS}/recovered`, "4\n");
  stage.answersFor("aws ssm put-parameter", `${PARAMETERS}/failures`, "5\n");
  stage.answers("aws ec2 describe-tags", "None\n");
  return stage;
}

export const API_TOKEN = { arn: `${SECRETS}:api-a1B2c3` };

export function inGroup(stage: Stage, state: string): void {
  stage.answers("aws autoscaling describe-auto-scaling-instances", `${GROUP}\t3\t${state}\n`);
}

/** Calls to the clouds that change something, each as short as says which it is. */
export function outcome(stage: Stage): string[] {
  return stage
    .calls("aws autoscaling", "aws ssm put-parameter", "aws cloudwatch", "systemctl poweroff")
    .filter((call) => !call.includes("describe-"))
    .map((call) =>
      call
        .replace(/^aws (autoscaling|ssm|cloudwatch) /, "")
        .replace(/ --(auto-scaling-group-name|instance-id|namespace|dimensions|type|query|output) \S+/g, "")
        .replace(/ --(overwrite|metric-name|lifecycle-hook-name|lifecycle-action-result|name)/g, "")
        .replace(/ --value \{.*/, ""),
    );
}

/** What the worker has been called with, and its environment. */
export function concourseCalls(stage: Stage): string[] {
  return stage.kept("concourse").split("\n").filter(Boolean);
}

/** The worker's program where install.sh puts it. */
export function installWorker(stage: Stage): void {
  stage.makeDirectory("usr/local/concourse/bin");
  stage.write("usr/local/concourse/bin/concourse", program);
  chmodSync(path.join(stage.root, "usr/local/concourse/bin/concourse"), 0o755);
}

export const run = (stage: Stage, script = "boot.sh", ...args: string[]): Promise<Result> =>
  stage.run(`worker/${script}`, ...args);
