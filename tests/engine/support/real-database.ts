import { asRdsMakesIt } from "../../boot/support/catalogue";
import { Pod } from "../../boot/support/bootstrap-run";
import { PostgresServer } from "../../support/postgres-server";
import type { Walk } from "./walk";

const INSTANCE = "aws:rds/instance:Instance";
const SNAPSHOT = "aws:rds/snapshot:Snapshot";
const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/**
 * RDS restores to no moment of its last five minutes, and nobody waits for them here: what an instance of the rehearsal is told of a
 * moment, its real server does of one that is so much later.
 */
const ahead = 6 * 60_000;

type Values = Readonly<Record<string, unknown>>;

/**
 * A real PostgreSQL behind each instance of RDS in a walk's cloud. The rehearsal knows which instances there are and what each was
 * made of; this makes the data follow: an empty server, a base backup, or one with the archived log replayed up to a moment. Assumed of
 * RDS: that this is what its snapshots and backups are, and that the master password of a restored one is set anew.
 */
export class RealDatabases {
  private readonly servers = new Map<string, PostgresServer>();
  private readonly snapshots = new Map<string, string>();
  private readonly bases = new Map<string, string>();
  /** Stopped, and kept for their archives. */
  private readonly gone: PostgresServer[] = [];

  constructor(
    private readonly walk: Walk,
    private readonly bin: string,
  ) {}

  /** The server behind an identifier of RDS. */
  at(identifier: string): PostgresServer {
    const server = this.servers.get(identifier);
    if (server === undefined) throw new Error(`No server stands behind ${identifier}.`);
    return server;
  }

  /** The server that an address means, as a client finds it. */
  behind(address: string): PostgresServer {
    return this.at(address.split(".")[0] ?? "");
  }

  /** Makes the servers what the cloud says since the last call: snapshots first, as RDS takes the last one before it deletes. */
  async follow(): Promise<void> {
    const cloud = this.walk.cloud();
    for (const { id, outputs } of cloud.filter(({ type }) => type === SNAPSHOT)) {
      const of = String(outputs.dbInstanceIdentifier);
      if (!this.snapshots.has(id) && this.servers.has(of)) this.snapshots.set(id, this.at(of).backUp());
    }
    const standing = cloud.filter(({ type }) => type === INSTANCE);
    for (const { outputs, inputs } of standing) {
      const identifier = String(outputs.identifier);
      if (this.servers.has(identifier)) continue;
      const server = await this.made(inputs);
      await server.start();
      this.servers.set(identifier, server);
      const [secret] = outputs.masterUserSecrets as readonly { readonly secretArn: string }[];
      const master = this.secret(secret?.secretArn ?? "") as { username: string; password: string };
      if ("dbName" in inputs) asRdsMakesIt(server, master);
      else server.query(`ALTER ROLE ${master.username} PASSWORD '${master.password.replaceAll("'", "''")}'`);
      this.bases.set(String(outputs.resourceId), server.backUp());
      this.archives.set(String(outputs.resourceId), server);
    }
    for (const [identifier, server] of this.servers) {
      if (standing.some(({ outputs }) => outputs.identifier === identifier)) continue;
      await server.stop();
      this.servers.delete(identifier);
      this.gone.push(server);
    }
  }

  private readonly archives = new Map<string, PostgresServer>();

  private async made(inputs: Values): Promise<PostgresServer> {
    const { snapshotIdentifier, restoreToPointInTime } = inputs;
    if (typeof snapshotIdentifier === "string") {
      return PostgresServer.restored(this.bin, this.snapshots.get(snapshotIdentifier) ?? "no such snapshot");
    }
    if (restoreToPointInTime === undefined) {
      return PostgresServer.create(this.bin);
    }
    const { restoreTime, sourceDbiResourceId: of } = restoreToPointInTime as Readonly<Record<string, string>>;
    const [base, source] = [this.bases.get(of ?? ""), this.archives.get(of ?? "")];
    if (base === undefined || source === undefined) throw new Error(`No backups of ${String(of)}.`);
    if ([...this.servers.values()].includes(source)) await source.archived();
    const moment = new Date(Date.parse(restoreTime ?? "") + ahead);
    return PostgresServer.restored(this.bin, base, { archive: source.archive, moment });
  }

  /** What to ask RDS for, so that a server has what it has now. */
  static momentOf(now: Date): string {
    return `${new Date(now.getTime() - ahead).toISOString().slice(0, 19)}Z`;
  }

  /** A secret's present value. */
  secret(id: string): Values {
    const version = this.walk
      .cloud()
      .filter(({ type }) => type === SECRET_VERSION)
      .find(({ outputs }) => String(outputs.arn ?? outputs.secretId).includes(id));
    return JSON.parse((version?.outputs.secretString as string | undefined) ?? "{}") as Values;
  }

  /** Runs the scripts of the bootstrap's Job, as the cluster would: on the server and with the secrets that it names. */
  async bootstrap(settings: unknown): Promise<void> {
    const job = this.walk
      .cloud()
      .findLast(({ type, outputs }) => type === "kubernetes:batch/v1:Job" && outputs);
    const { containers, initContainers } = (
      job?.outputs.spec as { template: { spec: Record<"containers" | "initContainers", Container[]> } }
    ).template.spec;
    const read = (container: Container | undefined, name: string): string =>
      container?.env.find((one) => one.name === name)?.value ?? "";
    const server = this.behind(read(containers[0], "PGHOST"));
    const pod = new Pod(server);
    try {
      const { code, output } = await pod.run({
        settings,
        master: this.secret(read(initContainers[0], "MASTER_SECRET_ID")) as {
          username: string;
          password: string;
        },
        verifiers: this.secret(`${read(initContainers[0], "VERIFIERS_SECRET_ID")}-`) as Record<
          string,
          string
        >,
      });
      if (code !== 0) throw new Error(output);
    } finally {
      pod.remove();
    }
  }

  /** Asks as an application does, which knows its secret and nothing else. */
  ask(secretName: string, sql: string): string {
    const { host, username, password, dbname } = this.secret(secretName) as Readonly<Record<string, string>>;
    return this.behind(host ?? "").query(sql, { user: username, password, database: dbname });
  }

  async remove(): Promise<void> {
    for (const server of [...this.servers.values(), ...this.gone]) {
      await server.stop();
      server.remove();
    }
  }
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
}
