import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Values } from "../interpreter/values";

/** What exists in the rehearsal cloud: the contents of one file. */
export interface CloudRecord {
  readonly package: string;
  /** Pulumi token. */
  readonly type: string;
  readonly id: string;
  /** The name it has in the program that made it; the id for what a person put there. */
  readonly name: string;
  readonly inputs: Values;
  readonly outputs: Values;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** What the id is unique within: `<account>/<region>`, `<account>`, a cluster; empty for the whole cloud. */
  readonly scope: string;
}

class CloudFileError extends Error {}

/** What is going on a set date and can be called back until then: kinds that no provider has. */
const goingKinds = new Set(["PendingDeletion", "ScheduledForDeletion"]);

interface Cached {
  /** Nanoseconds: two edits within a millisecond are two edits. */
  readonly changed: bigint;
  readonly size: bigint;
  readonly record: CloudRecord;
}

/**
 * The rehearsal cloud's memory: a folder with one JSON file a resource, which people may read, edit, add and remove.
 * The files are the truth: nothing is remembered here that a look at the folder would not tell. Several processes may
 * use one folder: each file is written whole (made beside, then renamed), and a creation fails when the file is there.
 * Mode 0600, because what a cloud knows includes passwords and keys.
 *
 * What only waits for the day of its deletion (a key, a secret's name) exists no longer for those who look for what
 * stands, and still does for the cloud: it lies in a folder beside, `pending-deletion`.
 */
export class CloudStore {
  private readonly cache = new Map<string, Cached>();
  private written = 0;

  private readonly going: string;

  constructor(private readonly folder: string) {
    this.going = join(dirname(folder), "pending-deletion");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** The resource of this type and id, in this scope. */
  find(type: string, id: string, scope: string): CloudRecord | undefined {
    const expected = this.read(fileName({ type, id, scope }));
    if (expected && isIt(expected, type, id, scope)) return expected;
    // Somebody's own file has a name of its own.
    return this.all().find((record) => isIt(record, type, id, scope));
  }

  /** Everything of a type, in all scopes. */
  ofType(type: string): CloudRecord[] {
    return this.all().filter((record) => record.type === type);
  }

  /** Everything, in the order of the file names. */
  all(): CloudRecord[] {
    const names = [...namesIn(this.folder), ...namesIn(this.going)];
    const present = new Set(names);
    for (const name of this.cache.keys()) if (!present.has(name)) this.cache.delete(name);
    return names.sort().flatMap((name) => this.read(name) ?? []);
  }

  /** False, and nothing is written, when the resource exists already. */
  create(record: CloudRecord): boolean {
    if (this.whereIs(record) !== undefined) return false;
    const target = this.pathOf(fileName(record));
    const made = this.writeBeside(record);
    try {
      linkSync(made, target);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      rmSync(made, { force: true });
    }
  }

  /** Writes the resource anew, in the file where it is. */
  replace(record: CloudRecord): void {
    renameSync(this.writeBeside(record), this.pathOf(this.whereIs(record) ?? fileName(record)));
  }

  /** Removing what is not there is no error. */
  remove(record: Pick<CloudRecord, "type" | "id" | "scope">): void {
    const name = this.whereIs(record);
    if (name !== undefined) rmSync(this.pathOf(name), { force: true });
  }

  private whereIs(record: Pick<CloudRecord, "type" | "id" | "scope">): string | undefined {
    const { type, id, scope } = record;
    const expected = fileName(record);
    const there = this.read(expected);
    if (there && isIt(there, type, id, scope)) return expected;
    this.all();
    return [...this.cache].find(([, cached]) => isIt(cached.record, type, id, scope))?.[0];
  }

  private read(name: string): CloudRecord | undefined {
    const path = this.pathOf(name);
    try {
      const { mtimeNs: changed, size } = statSync(path, { bigint: true });
      const cached = this.cache.get(name);
      if (cached?.changed === changed && cached.size === size) return cached.record;
      const record = parseRecord(readFileSync(path, "utf8"), path);
      this.cache.set(name, { changed, size, record });
      return record;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  private pathOf(name: string): string {
    return join(isGoing(name) ? this.going : this.folder, name);
  }

  private writeBeside(record: CloudRecord): string {
    const folder = isGoing(fileName(record)) ? this.going : this.folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `.${String(process.pid)}-${String(this.written++)}.tmp`);
    writeFileSync(path, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
    return path;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** By the kind in the file's name, which is its third word. */
function isGoing(name: string): boolean {
  return goingKinds.has(name.split(".")[2] ?? "");
}

function isIt(record: CloudRecord, type: string, id: string, scope: string): boolean {
  return record.type === type && record.id === id && (record.scope === scope || record.scope === "");
}

/**
 * `aws.ec2.Vpc.vpc-0123@111122223333.eu-west-1.json`: the type without what is said twice, the id, the scope. An id
 * with characters that file names do not like is shown by its telling part, and told from others by a digest.
 */
export function fileName(record: Pick<CloudRecord, "type" | "id" | "scope">): string {
  const [pkg = "", module = "", kind = ""] = record.type.split(":");
  const type = [pkg, module.split("/")[0], kind].filter((part) => part !== "").join(".");
  const scope =
    record.scope === "" ? "" : `@${record.scope.replaceAll("/", ".").replace(/^urn:pulumi:/, "")}`;
  const plain = `${type}.${record.id}${scope}`;
  if (/^[\w.@+=,-]{1,200}$/.test(plain)) return `${plain}.json`;
  const telling = `${tellingPart(record.id)}${scope}`.replace(/[^\w.@+=,-]+/g, "-").slice(0, 120);
  return `${type}.${telling}~${digest(plain)}.json`;
}

/** What people would call it: an ARN's resource, a URL's path. */
function tellingPart(id: string): string {
  return id
    .replace(/arn:[\w-]*:[\w-]*:[\w-]*:\d*:/g, "")
    .replace(/^https?:\/\/[^/]+\//, "")
    .replace(/^\//, "");
}

function digest(text: string): string {
  // FNV-1a, 64 bits: short, and stable between runs; nothing depends on its strength.
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, "0");
}

/** A person's file may leave out what follows from the rest: package, name, outputs or inputs, createdAt, scope. */
function parseRecord(text: string, path: string): CloudRecord {
  let parsed: Partial<CloudRecord>;
  try {
    parsed = JSON.parse(text) as Partial<CloudRecord>;
  } catch (error) {
    throw new CloudFileError(
      `${path} is not JSON (${String(error)}). Repair it, or remove it: the resource is gone then.`,
    );
  }
  const { type, id } = parsed;
  if (typeof type !== "string" || typeof id !== "string") {
    throw new CloudFileError(`${path} has no "type" and "id". Both are needed; see docs/rehearsal.md.`);
  }
  const inputs = parsed.inputs ?? {};
  return {
    package: parsed.package ?? type.split(":")[0] ?? "",
    type,
    id,
    name: parsed.name ?? id,
    inputs,
    outputs: parsed.outputs ?? inputs,
    createdAt: parsed.createdAt ?? new Date(statSync(path).mtimeMs).toISOString(),
    scope: parsed.scope ?? "",
  };
}
