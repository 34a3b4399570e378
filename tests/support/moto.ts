import execa from "execa";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import type { AwsClientConfig } from "../../operations/engine/aws-clients";
import type { RealPart } from "./real-parts";

const version = "5.2.5";
/** Version 1 of the AWS CLI: the one that package indexes have. */
const cliVersion = "1.45.11";

/** moto's own account, which every key that it does not know is of. */
export const motoAccount = "123456789012";

/** moto's server: AWS's API over services that it plays, on a free port of 127.0.0.1. Everything is gone when it stops. */
export class Moto {
  private constructor(
    private readonly child: ChildProcess,
    readonly endpoint: string,
  ) {}

  /** @param settings moto's own, e.g. `MOTO_ACCOUNT_ID`. Default: none. */
  static async start(python: string, settings: Readonly<Record<string, string>> = {}): Promise<Moto> {
    const port = await freePort();
    const child = spawn(python, ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
      stdio: "ignore",
      env: { ...readEnvironment(process.cwd()).variables, ...settings },
    });
    const endpoint = `http://127.0.0.1:${String(port)}`;
    let ended: number | null | undefined;
    child.once("exit", (code) => (ended = code));
    for (;;) {
      if (ended !== undefined) throw new Error(`moto's server ended with ${String(ended)}.`);
      try {
        if ((await fetch(`${endpoint}/moto-api/`)).ok) return new Moto(child, endpoint);
      } catch {
        // Nothing listens yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** For clients of the SDK, and for a command: they then ask this server. */
  get config(): AwsClientConfig {
    return {
      region: "eu-west-1",
      maxAttempts: 2,
      endpoint: this.endpoint,
      credentials: { accessKeyId: "AKIAMOTO", secretAccessKey: "moto" },
    };
  }

  /** Forgets everything. */
  async reset(): Promise<void> {
    await fetch(`${this.endpoint}/moto-api/reset`, { method: "POST" });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
  }
}

/** The Python that has moto and the AWS CLI: in a place of its own in the user's cache, made once, shared by clones. */
export const motoPart: RealPart<string> = {
  howToHave: `moto ${version} and awscli ${cliVersion}, which the tests install by themselves where there are Python 3 with venv (Debian: apt-get install python3-venv) and a package index`,
  milliseconds: 600_000,
  find: async () => {
    const cache = readEnvironment(process.cwd()).cacheDirectory;
    const place = path.join(cache, `moto-${version}-awscli-${cliVersion}`);
    const python = path.join(place, "bin", "python");
    if (existsSync(python)) return python;
    mkdirSync(cache, { recursive: true });
    const made = mkdtempSync(path.join(cache, "moto-"));
    try {
      await execa("python3", ["-m", "venv", made]);
      await execa(path.join(made, "bin", "python"), [
        "-m",
        "pip",
        "install",
        "-q",
        `moto[server]==${version}`,
        `awscli==${cliVersion}`,
      ]);
      // Another run may have been faster.
      if (!existsSync(python)) renameSync(made, place);
      return python;
    } catch {
      return undefined;
    } finally {
      rmSync(made, { recursive: true, force: true });
    }
  },
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
