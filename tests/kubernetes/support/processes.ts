import execa from "execa";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";

/** How long etcd or the API server may take to answer, on a slow machine. */
const startMilliseconds = 180_000;

/** A Kubernetes API server and its etcd, on 127.0.0.1 and in a folder of their own. */
export interface RunningApiServer {
  readonly url: string;
  /** Of an administrator. */
  readonly token: string;
  /** PEM. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Starts both and waits until they serve. @throws Error with the end of what they said. */
export async function startApiServer(binary: string, etcd: string): Promise<RunningApiServer> {
  const directory = mkdtempSync(path.join(tmpdir(), "groundwork-kubernetes-"));
  const programs: Program[] = [];
  const stop = async (): Promise<void> => {
    for (const program of programs.reverse()) {
      await program.stop();
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
    const store = `http://127.0.0.1:${client}`;
    programs.push(
      new Program(etcd, [
        `--data-dir=${path.join(directory, "etcd")}`,
        `--listen-client-urls=${store}`,
        `--advertise-client-urls=${store}`,
        `--listen-peer-urls=http://127.0.0.1:${peer}`,
      ]),
    );
    await until(programs, async () => (await fetch(`${store}/health`)).ok);

    const token = randomBytes(16).toString("hex");
    const certificates = path.join(directory, "certificates");
    programs.push(new Program(binary, [...flags(directory, token, store), `--secure-port=${secure}`]));
    const file = path.join(certificates, "apiserver.crt");
    await until(programs, () => Promise.resolve(existsSync(file)));
    return { url: `https://127.0.0.1:${secure}`, token, certificate: readFileSync(file, "utf8"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function flags(directory: string, token: string, store: string): string[] {
  const tokens = path.join(directory, "tokens.csv");
  writeFileSync(tokens, `${token},test,test,"system:masters"\n`, { mode: 0o600 });
  const key = path.join(directory, "service-accounts.pem");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(key, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  return [
    `--etcd-servers=${store}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    // It would announce itself in a service, which no server on 127.0.0.1 may.
    "--endpoint-reconciler-type=none",
    `--cert-dir=${path.join(directory, "certificates")}`,
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--token-auth-file=${tokens}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=172.20.0.0/16",
    // Many load balancers with many listeners, one after the other.
    "--service-node-port-range=20000-60000",
  ];
}

/** A program that runs until it is stopped. */
class Program {
  readonly said: string[] = [];
  ended = false;
  private readonly child: execa.ExecaChildProcess;

  constructor(
    readonly binary: string,
    args: readonly string[],
  ) {
    this.child = execa(binary, args, { stdin: "ignore", reject: false, buffer: false });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.said.push(text);
        this.said.splice(0, this.said.length - 50);
      });
    }
    void this.child.then(() => {
      this.ended = true;
    });
  }

  async stop(): Promise<void> {
    this.child.kill("SIGTERM", { forceKillAfterTimeout: 5000 });
    await this.child;
  }
}

async function until(programs: readonly Program[], holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + startMilliseconds;
  for (;;) {
    // Not there yet: refused connections are what is waited through.
    if (await holds().catch(() => false)) {
      return;
    }
    const ended = programs.find((program) => program.ended);
    if (ended !== undefined) {
      throw new Error(`${ended.binary} ended:\n${ended.said.join("")}`);
    }
    if (Date.now() > deadline) {
      const said = programs.map((program) => `${program.binary}:\n${program.said.join("")}`);
      throw new Error(["What was started does not answer.", ...said].join("\n"));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}
