import {
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { parseDocument, stringify, type Document } from "yaml";
import { main } from "../../../operations/cli";
import { openRehearsalFolder } from "../../../operations/engine/rehearsal-folder";
import { readEnvironment } from "../../../settings/environment";
import type { Weather } from "../../../rehearsal";
import { FakeTerminal } from "../../support/fake-terminal";
import { scratch } from "../../support/scratch";
import { withoutWhatIsGone } from "../../support/what-is-gone";

/** The checkout that is tested. */
export const checkout = path.join(__dirname, "../../..");

/** The file system shares the contents where it can. */
const copying = { recursive: true, mode: constants.COPYFILE_FICLONE };

/** Commands that want a process to themselves: `exec` hands its own input and output on, and `smoke` runs a program in it. */
const ofOwnProcess: readonly (string | undefined)[] = ["exec", "smoke"];

/** Commands that read the cloud first, unless they are told not to. */
const readers: readonly (string | undefined)[] = ["preview", "up", "destroy"];

const machineSections = ["staticServices", "workerGroups", "fleets", "metalWorkers"];

function freshDirectory(name: string): string {
  return mkdtempSync(path.join(scratch, `${name}-`));
}

export interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a walk lies, or why there is none. */
export type Prepared =
  { readonly project: string; readonly rehearsal: string } | { readonly failure: string };

/** A project and a rehearsal of its own: nothing that is done here is seen anywhere else. */
export class Walk {
  /**
   * Whether `preview`, `up` and `destroy` read the cloud first, as they do for a person. Not where nobody moves anything outside: that
   * costs a tenth to a third more. `process` leaves calls as they are.
   */
  reads = false;

  private constructor(
    /** The folder of Pulumi.yaml. */
    readonly project: string,
    /** GROUNDWORK_REHEARSAL_DIR. */
    readonly rehearsal: string,
  ) {}

  /** An empty rehearsal of the committed stacks, but for their machines: those have tests of their own, and take long. */
  static create(): Walk {
    const walk = Walk.whole();
    for (const stack of ["dev", "prod"]) {
      walk.edit(stack, (settings) => {
        for (const section of machineSections) settings.remove(section);
        // No machines that it could be open to.
        settings.set("database", ["allowedFrom"], ["cluster"]);
      });
    }
    return walk;
  }

  /** What else is in the environment of each call in this process. */
  variables: NodeJS.ProcessEnv = {};

  /** An empty rehearsal of the committed stacks as they are. */
  static whole(): Walk {
    return new Walk(copyOfProject(), openRehearsalFolder(freshDirectory("rehearsal")));
  }

  /**
   * As `create`, of the committed stack dev only what holds data, what it needs, and who may use it: a third of the resources, for
   * what any stack has.
   */
  static stores(): Walk {
    const walk = Walk.whole();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "database", "reports", "messaging", "users", "state");
      // It is a Job in the cluster.
      settings.remove("database", ["bootstrap"]);
    });
    return walk;
  }

  /** One that another process of this run has prepared. */
  static prepared(prepared: Prepared): Walk {
    if ("failure" in prepared) throw new Error(prepared.failure);
    return new Walk(prepared.project, prepared.rehearsal);
  }

  /** As this one stands, to go on from in another direction. */
  copy(): Walk {
    const project = copyOfProject();
    // What is no link was written there, or may have been.
    for (const entry of readdirSync(this.project, { withFileTypes: true })) {
      if (!entry.isSymbolicLink()) {
        const to = path.join(project, entry.name);
        rmSync(to, { recursive: true, force: true });
        cpSync(path.join(this.project, entry.name), to, copying);
      }
    }
    const rehearsal = freshDirectory("rehearsal");
    cpSync(this.rehearsal, rehearsal, copying);
    // Where states were moved to, which is a folder of this one: the copy has its own.
    const moved = path.join(rehearsal, "moved.json");
    if (existsSync(moved)) {
      writeFileSync(moved, readFileSync(moved, "utf8").replaceAll(this.rehearsal, rehearsal));
    }
    return new Walk(project, rehearsal);
  }

  /**
   * Runs `groundwork` without a terminal, on which nobody could answer anyway: in this process, which has loaded it already. To
   * start another one takes a second, which nothing is learnt from; for what is about processes there is `process`.
   */
  groundwork(...args: string[]): Promise<Result> {
    const isReader =
      readers.includes(args[0]) ||
      (args[0] === "workers" && !args.includes("list")) ||
      args.includes("--image");
    const quick =
      isReader && args[0] !== "image" && !this.reads && !args.includes("--help") ? ["--no-refresh"] : [];
    return ofOwnProcess.includes(args[0]) ? this.process(...args) : this.call([...args, ...quick]);
  }

  private async call(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Result> {
    const terminal = new FakeTerminal();
    const exitCode = await main({
      argv: args,
      projectDirectory: this.project,
      workingDirectory: this.project,
      terminal: terminal.terminal,
      variables: {
        ...readEnvironment(checkout).variables,
        GROUNDWORK_REHEARSAL_DIR: this.rehearsal,
        ...this.variables,
        ...variables,
      },
    });
    return { exitCode, stdout: withoutLastLineEnd(terminal.out), stderr: withoutLastLineEnd(terminal.err) };
  }

  /** As `groundwork`, as a person calls it: in a process of its own. */
  process(...args: string[]): Promise<Result> {
    return this.begin(...args).result;
  }

  /** As `process`, for calls that are not waited for at once. */
  begin(...args: string[]): { readonly result: Promise<Result>; stop(signal: NodeJS.Signals): void } {
    const child = execa(process.execPath, [path.join(this.project, "bin", "groundwork.js"), ...args], {
      cwd: this.project,
      env: { GROUNDWORK_REHEARSAL_DIR: this.rehearsal },
      reject: false,
      stdin: "ignore",
    });
    return {
      result: child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr })),
      stop: (signal) => void child.kill(signal, { forceKillAfterTimeout: false }),
    };
  }

  /** Until a change has begun. */
  async untilLocked(): Promise<void> {
    while (!this.notes().some(({ file }) => /state.*locks.*\.json$/.test(file))) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** As `groundwork`, for calls that must end well. */
  async done(...args: string[]): Promise<Result> {
    return endedWell(`groundwork ${args.join(" ")}`, await this.groundwork(...args));
  }

  /**
   * Plain `pulumi` on a stack of the rehearsal, as a person calls it who does not know of `groundwork`: by `groundwork exec`, in this
   * process. What `exec` starts writes to this process's own output, so a shell is between that writes into files.
   */
  async pulumi(stack: string, ...args: readonly string[]): Promise<Result> {
    const output = freshDirectory("output");
    const script =
      'cd "$0" && unset PULUMI_STACK && out=$1 && shift && exec pulumi "$@" </dev/null >"$out/1" 2>"$out/2"';
    const { exitCode, stderr } = await this.call(
      [
        ...["exec", "--rehearse", "--", "sh", "-c", script, this.project, output],
        ...[...args, "--stack", stack, "--non-interactive"],
      ],
      { PULUMI_STACK: stack },
    );
    const text = (name: string): string => {
      const file = path.join(output, name);
      return existsSync(file) ? withoutLastLineEnd(readFileSync(file, "utf8")) : "";
    };
    const result = { exitCode, stdout: text("1"), stderr: stderr + text("2") };
    rmSync(output, { recursive: true });
    return result;
  }

  /** As `pulumi`, for calls that must end well. */
  async pulumiDone(stack: string, ...args: readonly string[]): Promise<Result> {
    return endedWell(`pulumi ${args.join(" ")}`, await this.pulumi(stack, ...args));
  }

  /** Writes a file for `--faults`, and returns its path. */
  faults(...faults: readonly object[]): string {
    const file = path.join(this.rehearsal, "faults.yaml");
    writeFileSync(file, stringify(faults));
    return file;
  }

  /** Writes a file for `--weather`, and returns its path. */
  weather(made: Weather): string {
    const file = path.join(this.rehearsal, "weather.yaml");
    writeFileSync(file, stringify(made));
    return file;
  }

  /** Changes settings in a stack's file. */
  edit(stack: string, change: (config: Settings) => void): void {
    const file = path.join(this.project, `Pulumi.${stack}.yaml`);
    const document = parseDocument(readFileSync(file, "utf8"));
    change(new Settings(document));
    writeFileSync(file, document.toString());
  }

  /** The calls that have reached the cloud so far, in their order. */
  log(): readonly LoggedCall[] {
    const file = path.join(this.rehearsal, "log.jsonl");
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return lines.map((line) => JSON.parse(line) as LoggedCall);
  }

  /** Those that have changed it. */
  changes(): readonly LoggedCall[] {
    return this.log().filter(({ method }) => ["create", "update", "delete"].includes(method));
  }

  /** What comes of an action, and the calls that changed the cloud meanwhile. */
  async watch<T>(
    action: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly calls: readonly LoggedCall[] }> {
    const before = this.changes().length;
    const result = await action();
    return { result, calls: this.changes().slice(before) };
  }

  /** What exists in the cloud. */
  cloud(): readonly CloudResource[] {
    return this.resourcesIn("cloud");
  }

  /** Takes everything of a type, or the one of a name, out of the cloud, as somebody else might. Returns what puts it back. */
  forget(type: string, name?: string): () => void {
    const gone = this.cloudFiles(type, name).map(({ file }) => ({ file, text: readFileSync(file, "utf8") }));
    for (const { file } of gone) rmSync(file);
    return () => {
      for (const { file, text } of gone) writeFileSync(file, text);
    };
  }

  /** Changes in the cloud what everything of a type, or the one of a name, is there, as somebody else might. */
  move(type: string, outputs: Readonly<Record<string, unknown>>, name?: string): void {
    for (const { file, record } of this.cloudFiles(type, name)) {
      writeFileSync(file, JSON.stringify({ ...record, outputs: { ...record.outputs, ...outputs } }));
    }
  }

  /** As if everything of a type had been made so many seconds ago. */
  age(type: string, seconds: number): void {
    const createdAt = new Date(Date.now() - seconds * 1000).toISOString();
    for (const { file, record } of this.cloudFiles(type)) {
      writeFileSync(file, JSON.stringify({ ...record, createdAt }));
    }
  }

  /** Puts something into the cloud that nobody of the stack has made. */
  add(record: Pick<CloudResource, "type" | "id" | "inputs">): void {
    writeFileSync(path.join(this.rehearsal, "cloud", `stranger-${record.id}.json`), JSON.stringify(record));
  }

  private cloudFiles(
    type: string,
    name?: string,
  ): { readonly file: string; readonly record: CloudResource }[] {
    const directory = path.join(this.rehearsal, "cloud");
    return readdirSync(directory, { recursive: true })
      .map((entry) => path.join(directory, String(entry)))
      .filter((file) => file.endsWith(".json"))
      .map((file) => ({ file, record: JSON.parse(readFileSync(file, "utf8")) as CloudResource }))
      .filter(({ record }) => record.type === type && (name === undefined || record.name === name));
  }

  /** What the cloud deletes on a set date, and can be called back until then. */
  pendingDeletion(): readonly CloudResource[] {
    return this.resourcesIn("pending-deletion");
  }

  private resourcesIn(folder: string): readonly CloudResource[] {
    const directory = path.join(this.rehearsal, folder);
    const files = existsSync(directory) ? readdirSync(directory, { recursive: true }) : [];
    return files
      .map(String)
      .filter((file) => file.endsWith(".json"))
      .map((file) => JSON.parse(readFileSync(path.join(directory, file), "utf8")) as CloudResource);
  }

  /** Every file of the rehearsal but what lies in its cloud, with its text. */
  notes(): readonly { readonly file: string; readonly text: string }[] {
    return readdirSync(this.rehearsal, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => !path.relative(this.rehearsal, file).startsWith("cloud"))
      .map((file) => ({ file, text: readFileSync(file, "latin1") }));
  }
}

export interface LoggedCall {
  readonly method: string;
  readonly type: string;
  readonly urn: string;
  readonly id: string | null;
  readonly ok: boolean;
  readonly error: string | null;
}

export interface CloudResource {
  readonly package: string;
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The `config` of a stack file. */
export class Settings {
  constructor(private readonly document: Document) {}

  set(section: string, keys: readonly string[], value: unknown): void {
    this.document.setIn(["config", `groundwork:${section}`, ...keys], value);
  }

  /** And what workloads name of it. */
  remove(section: string, keys: readonly string[] = []): void {
    this.document.deleteIn(["config", `groundwork:${section}`, ...keys]);
    this.forgetWhatIsGone();
  }

  private forgetWhatIsGone(): void {
    const { config } = this.document.toJS() as { readonly config: Readonly<Record<string, unknown>> };
    for (const { path, value } of withoutWhatIsGone(config)) {
      const at = ["config", ...path];
      if (value === undefined) this.document.deleteIn(at);
      else this.document.setIn(at, value);
    }
  }

  /** Takes out every section but these, and but the guard's and the tags, which deploy nothing; and the names of what goes. */
  keepOnly(...sections: readonly string[]): void {
    const { config } = this.document.toJS() as { readonly config: Readonly<Record<string, unknown>> };
    const kept = [...sections, "guard", "tags"].map((section) => `groundwork:${section}`);
    for (const key of Object.keys(config)) {
      if (key.startsWith("groundwork:") && !kept.includes(key)) this.document.deleteIn(["config", key]);
    }
    if (!sections.includes("fleets") && sections.includes("database"))
      this.remove("database", ["allowedFrom"]);
    this.forgetWhatIsGone();
  }
}

function withoutLastLineEnd(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}

function endedWell(call: string, result: Result): Result {
  if (result.exitCode !== 0) {
    throw new Error(`${call} ended with ${result.exitCode}:\n${result.stdout}\n${result.stderr}`);
  }
  return result;
}

/** What is the project's own is copied where a test or the engine may write, and linked otherwise. */
function copyOfProject(): string {
  const project = freshDirectory("project");
  for (const entry of readdirSync(checkout)) {
    // The program in state/ looks for its stack's file beside its own folder, and a link would lead to the checkout's.
    if (
      ["bin", "state"].includes(entry) ||
      /^(Pulumi\..*|package)\.(yaml|json)$/.test(entry) ||
      entry === "Pulumi.yaml"
    ) {
      cpSync(path.join(checkout, entry), path.join(project, entry), copying);
    } else if (!entry.startsWith(".")) {
      symlinkSync(path.join(checkout, entry), path.join(project, entry));
    }
  }
  return project;
}

/** The document that a command printed with `--json`; fails when stdout holds anything besides. */
export function documentOf(result: Result): Record<string, unknown> {
  return JSON.parse(result.stdout) as Record<string, unknown>;
}
