import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { scramVerifier } from "../../../components/database-bootstrap/scram";
import { settingsDocument } from "../../../components/database-bootstrap/files";
import { bootstrapSettings } from "../../../settings/sections/bootstrap";
import { readEnvironment } from "../../../settings/environment";
import type { PostgresServer } from "../../support/postgres-server";

const scripts = path.join(__dirname, "..", "..", "..", "boot", "database-bootstrap");
const { path: PATH } = readEnvironment(process.cwd());

/** What RDS allows in a password, and what a JSON document, a shell or a password file could stumble over. */
export const masterPassword = `M4:ster\\"$(id)'\`% #{é}~|`;
export const master = { username: "groundwork", password: masterPassword };
const masterSecretId = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1a2b-AbCdEf";
const verifiersSecretId = "groundwork-dev-database-bootstrap";
const salt = Buffer.from("sixteen bytes...").toString("base64");

export function passwordOf(role: string): string {
  return `pass-of-${Buffer.from(role).toString("base64url")}`;
}

export interface Ended {
  /** Null where it was killed. */
  readonly code: number | null;
  readonly output: string;
  /** Arguments and environments of every process that was seen meanwhile, one text. */
  readonly processes: string;
}

export interface RunOptions {
  /** As a person writes it in a stack file. */
  readonly settings?: unknown;
  /** In place of `settings`: the document as the scripts read it, not judged by anything. */
  readonly document?: unknown;
  readonly master?: { readonly username: string; readonly password: string };
  /** By role. Default: those of `passwordOf`. */
  readonly verifiers?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether to look at every process meanwhile. */
  readonly watched?: boolean;
  /** Called with the script's process when it has begun. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** A pod's two containers, one after the other, on this machine: the scripts as they are, a memory folder, an AWS CLI. */
export class Pod {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "groundwork-bootstrap-"));
  readonly memory = path.join(this.folder, "memory");
  private readonly bin = path.join(this.folder, "bin");

  constructor(private readonly server: PostgresServer) {
    mkdirSync(this.memory);
    mkdirSync(this.bin);
    mkdirSync(path.join(this.folder, "secrets"));
    this.standInForAws(0);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /**
   * Puts an `aws` on the path that knows one call, and reads secrets from files.
   *
   * @param failures How many calls it refuses before.
   */
  standInForAws(failures: number): void {
    writeFileSync(path.join(this.folder, "failures"), `${failures}\n`);
    const file = path.join(this.bin, "aws");
    writeFileSync(
      file,
      `#!/bin/sh
set -eu
umask 022
left=$(cat '${this.folder}/failures')
if [ "$left" -gt 0 ]; then
  echo $((left - 1)) >'${this.folder}/failures'
  echo "An error occurred (AccessDeniedException) when calling the GetSecretValue operation: not yet" >&2
  exit 254
fi
id=$6
[ "$*" = "secretsmanager get-secret-value --region eu-west-1 --secret-id $id --query SecretString --output text --no-cli-pager" ]
cat "${this.folder}/secrets/$(echo "$id" | tr '/:' '__')"
`,
      { mode: 0o755 },
    );
  }

  setSecret(id: string, value: string): void {
    writeFileSync(path.join(this.folder, "secrets", id.replaceAll(/[/:]/g, "_")), `${value}\n`);
  }

  /** Both containers. */
  async run(options: RunOptions = {}): Promise<Ended> {
    const fetched = await this.fetch(options);
    return fetched.code === 0 ? this.bootstrap(options) : fetched;
  }

  fetch({
    settings,
    document,
    master: user = master,
    verifiers,
    env,
    watched,
  }: RunOptions = {}): Promise<Ended> {
    const wanted = (document ?? bootstrapSettings.parse(settings)) as { readonly roles: object };
    const roles = Array.isArray(wanted.roles)
      ? (wanted.roles as { readonly name: string }[]).map(({ name }) => name)
      : Object.keys(wanted.roles);
    this.setSecret(masterSecretId, JSON.stringify(user));
    this.setSecret(
      verifiersSecretId,
      JSON.stringify(
        verifiers ?? Object.fromEntries(roles.map((role) => [role, scramVerifier(passwordOf(role), salt)])),
      ),
    );
    const variables = {
      AWS_REGION: "eu-west-1",
      MASTER_SECRET_ID: masterSecretId,
      VERIFIERS_SECRET_ID: verifiersSecretId,
      ...env,
    };
    return this.execute("fetch-secrets.sh", variables, { watched });
  }

  bootstrap({ settings, document, env, watched, onStart }: RunOptions = {}): Promise<Ended> {
    const file = path.join(this.folder, "settings.json");
    writeFileSync(
      file,
      document === undefined
        ? settingsDocument(bootstrapSettings.parse(settings))
        : `${JSON.stringify(document)}\n`,
    );
    return this.execute(
      "bootstrap.sh",
      {
        PGHOST: "localhost",
        PGPORT: String(this.server.port),
        PGSSLMODE: "verify-full",
        PGSSLROOTCERT: this.server.authority,
        SCRIPTS_DIRECTORY: scripts,
        BOOTSTRAP_SETTINGS: file,
        WAIT_SECONDS: "20",
        LOCK_SECONDS: "20",
        LOGS_COMMAND: "kubectl logs of-this-job",
        ...env,
      },
      { watched, onStart },
    );
  }

  private execute(
    script: string,
    env: Readonly<Record<string, string>>,
    { watched = false, onStart }: Pick<RunOptions, "watched" | "onStart">,
  ): Promise<Ended> {
    const child = spawn("/bin/sh", [path.join(scripts, script)], {
      env: { PATH: `${this.bin}:${PATH}`, HOME: this.memory, SECRETS_DIRECTORY: this.memory, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, to be killed whole.
      detached: true,
    });
    const processes = new Set<string>();
    const look = (): void => {
      for (const text of processesOf(child.pid)) {
        processes.add(text);
      }
    };
    const watch = watched ? setInterval(look, 5) : undefined;
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output += data.toString()));
    onStart?.(child);
    return new Promise((resolve) => {
      child.once("close", (code) => {
        clearInterval(watch);
        resolve({ code, output, processes: [...processes].join("\n") });
      });
    });
  }
}

/** Arguments and environment of the processes of a group, where the system shows them. */
function* processesOf(group: number | undefined): Iterable<string> {
  let entries: string[];
  try {
    entries = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry));
  } catch {
    return;
  }
  for (const entry of entries) {
    try {
      // After the command in parentheses: state, parent, group.
      const [, , of] = readFileSync(`/proc/${entry}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      if (Number(of) === group) {
        yield (
          readFileSync(`/proc/${entry}/cmdline`, "latin1") + readFileSync(`/proc/${entry}/environ`, "latin1")
        );
      }
    } catch {
      // Ended while it was looked at.
    }
  }
}
