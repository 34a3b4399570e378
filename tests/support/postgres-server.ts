import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { readEnvironment } from "../../settings/environment";
import { findOnPath } from "../../toolchain/executables";
import type { RealPart } from "./real-parts";

const { path: PATH, variables } = readEnvironment(process.cwd());

/** What tests need of PostgreSQL: server and client. */
export const postgres: RealPart<string> = {
  howToHave: "PostgreSQL, psql and openssl (Debian: apt-get install postgresql openssl)",
  find: async () => {
    const bin = findServer();
    const [[psql], [openssl]] = await Promise.all([findOnPath("psql", PATH), findOnPath("openssl", PATH)]);
    return psql === undefined || openssl === undefined ? undefined : bin;
  },
};

/** The folder with `initdb` and `postgres`: Debian's newest, else one of the PATH. TEST_POSTGRES_BIN names another. */
function findServer(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const named = variables.TEST_POSTGRES_BIN;
  return [
    ...(named === undefined ? [] : [named]),
    ...versions.map((version) => path.join(debian, version, "bin")),
    ...PATH.split(path.delimiter),
  ].find((folder) => existsSync(path.join(folder, "initdb")) && existsSync(path.join(folder, "postgres")));
}

/** A user to run the server as: it refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  const id = (flag: string): number => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/**
 * A PostgreSQL server of its own on 127.0.0.1, with TLS, passwords by SCRAM, every statement in its log, and what RDS has: a
 * superuser that nobody gets (here the test's), and a master user without SUPERUSER that made the first database.
 */
export class PostgresServer {
  readonly superPassword = "the-superuser-of-the-test";

  private constructor(
    readonly directory: string,
    readonly port: number,
    private readonly bin: string,
    private readonly as: { readonly uid: number; readonly gid: number } | undefined,
    private child: ChildProcess | undefined,
  ) {}

  /** A place for one, with its certificate, and without data. */
  private static async placed(bin: string): Promise<PostgresServer> {
    const directory = mkdtempSync(path.join(tmpdir(), "groundwork-postgres-"));
    chmodSync(directory, 0o755);
    const as = unprivileged();
    const server = new PostgresServer(directory, await freePort(), bin, as, undefined);
    mkdirSync(server.data, { mode: 0o700 });
    mkdirSync(server.archive, { mode: 0o700 });
    writeFileSync(path.join(directory, "super"), server.superPassword);
    makeCertificates(directory);
    if (as !== undefined) {
      for (const file of [server.data, server.archive, path.join(directory, "server.key")]) {
        chownSync(file, as.uid, as.gid);
      }
    }
    return server;
  }

  /**
   * One with the data of a base backup, which does not run yet. It replays the log that was archived since, up to a moment; without
   * one it is what it was when the backup ended.
   */
  static async restored(
    bin: string,
    backup: string,
    until?: { readonly archive: string; readonly moment: Date },
  ): Promise<PostgresServer> {
    const server = await PostgresServer.placed(bin);
    const { as, data } = server;
    execFileSync("cp", ["-a", `${backup}/.`, data], { stdio: "pipe" });
    if (until !== undefined) {
      const { archive, moment } = until;
      const recovery = [
        `restore_command = 'cp ${archive}/%f %p'`,
        `recovery_target_time = '${moment.toISOString().slice(0, 19)}+00'`,
        "recovery_target_action = 'promote'",
      ];
      appendFileSync(path.join(data, "postgresql.auto.conf"), `${recovery.join("\n")}\n`);
      writeFileSync(path.join(data, "recovery.signal"), "");
      if (as !== undefined) chownSync(path.join(data, "recovery.signal"), as.uid, as.gid);
    }
    return server;
  }

  /** Makes one, which does not run yet. */
  static async create(bin: string): Promise<PostgresServer> {
    const server = await PostgresServer.placed(bin);
    const { as, directory } = server;
    execFileSync(
      path.join(bin, "initdb"),
      [
        "-D",
        server.data,
        "-U",
        "rdsadmin",
        "--auth=scram-sha-256",
        `--pwfile=${path.join(directory, "super")}`,
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
      ],
      { ...as, cwd: "/", stdio: "pipe" },
    );
    return server;
  }

  private get data(): string {
    return path.join(this.directory, "data");
  }

  /** Where it archives its log, as RDS does. */
  get archive(): string {
    return path.join(this.directory, "archive");
  }

  /** The whole server, as it is now, for `restored`. Returns its folder, which goes with this server's. */
  backUp(): string {
    const backup = mkdtempSync(path.join(this.archive, "base-"));
    if (this.as !== undefined) chownSync(backup, this.as.uid, this.as.gid);
    execFileSync(
      path.join(this.bin, "pg_basebackup"),
      [
        "-h",
        "127.0.0.1",
        "-p",
        String(this.port),
        "-U",
        "rdsadmin",
        "-D",
        backup,
        "-c",
        "fast",
        "-X",
        "fetch",
      ],
      { ...this.as, cwd: "/", env: { PGPASSWORD: this.superPassword }, stdio: "pipe" },
    );
    return backup;
  }

  /** Until everything that was written so far is in the archive. */
  async archived(): Promise<void> {
    const file = this.query("SELECT pg_walfile_name(pg_switch_wal())");
    while (!existsSync(path.join(this.archive, file))) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The authority that signed the server's certificate. */
  get authority(): string {
    return path.join(this.directory, "ca.crt");
  }

  async start(): Promise<void> {
    const log = path.join(this.directory, "server.log");
    const settings = [
      `port=${this.port}`,
      "listen_addresses=127.0.0.1",
      "unix_socket_directories=",
      "fsync=off",
      "ssl=on",
      `ssl_cert_file=${path.join(this.directory, "server.crt")}`,
      `ssl_key_file=${path.join(this.directory, "server.key")}`,
      "log_statement=all",
      "log_min_error_statement=debug5",
      "log_error_verbosity=verbose",
      "log_connections=on",
      "archive_mode=on",
      `archive_command=cp %p ${this.archive}/%f.part && mv ${this.archive}/%f.part ${this.archive}/%f`,
    ];
    const output = openSync(log, "a");
    this.child = spawn(
      path.join(this.bin, "postgres"),
      ["-D", this.data, ...settings.flatMap((setting) => ["-c", setting])],
      { ...this.as, cwd: "/", stdio: ["ignore", output, output] },
    );
    closeSync(output);
    for (let attempt = 0; ; attempt++) {
      try {
        // One that replays a log lets in who reads before it has come to its end.
        this.query("SELECT 1 / (NOT pg_is_in_recovery())::int");
        return;
      } catch (error) {
        if (attempt === 100 || this.child.exitCode !== null) {
          throw new Error(`The server did not start:\n${this.log()}`, { cause: error });
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child?.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGINT");
      await ended;
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Everything that the server wrote. */
  log(): string {
    return readFileSync(path.join(this.directory, "server.log"), "utf8");
  }

  /** Runs SQL, as the superuser unless told; rows as lines, values apart by `|`. */
  query(
    sql: string,
    { database = "postgres", user = "rdsadmin", password = this.superPassword } = {},
  ): string {
    return execFileSync(
      "psql",
      ["-XAtqw", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", String(this.port), "-U", user, "-f", "-"],
      {
        encoding: "utf8",
        input: sql,
        env: { PATH: PATH, PGPASSWORD: password, PGDATABASE: database, PGCONNECT_TIMEOUT: "5" },
        stdio: ["pipe", "pipe", "pipe"],
      },
    ).trimEnd();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") {
    throw new Error("No free port.");
  }
  return address.port;
}

/** An authority, and a certificate of it for `localhost`. */
function makeCertificates(directory: string): void {
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" });
  };
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=Test Authority",
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
  );
  openssl(
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    "/CN=localhost",
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
  );
  writeFileSync(path.join(directory, "extensions"), "subjectAltName=DNS:localhost\n");
  openssl(
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.crt",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "extensions",
    "-out",
    "server.crt",
  );
  chmodSync(path.join(directory, "server.key"), 0o600);
}
