import { groundworkCommand } from "../../guard/printed-command";
import { UsageError } from "../terminal/errors";
import {
  backupsPrefix,
  historyPrefix,
  keptPrefix,
  readState,
  stateKey,
  type StackRef,
} from "../backend/layout";
import { runIn } from "../backend/runs";
import type { StateStore } from "../backend/store";

/** A state that a stack once had and that can be had back. */
export interface StateVersion {
  /** For `--version`: `history/1795262772831442059`, `version/2026-11-21T12:00:00.1234567Z`. */
  readonly id: string;
  /**
   * `history`: after a run, by the engine. `backup`: as a run left it, by the engine. `kept`: by groundwork. `version`: by the
   * blob container, at each step of a run.
   */
  readonly kind: "history" | "backup" | "kept" | "version";
  readonly at: Date;
  /** Bytes. */
  readonly size: number;
  /** What is known of it: "update succeeded", "before a restore". */
  readonly note: string;
}

/** Every state of a stack that its backend still has, newest first. */
export async function stateVersions(store: StateStore, ref: StackRef): Promise<readonly StateVersion[]> {
  const found = [
    ...(await fromHistory(store, ref)),
    ...(await fromBackups(store, ref)),
    ...(await fromKept(store, ref)),
    ...(await fromVersions(store, ref)),
  ];
  return found.sort((a, b) => b.at.getTime() - a.at.getTime());
}

/** The content of one of them, as the engine wrote it. @throws UsageError when there is none of this id. */
export async function readStateVersion(store: StateStore, ref: StackRef, id: string): Promise<Buffer> {
  const [kind, ...rest] = id.split("/");
  const name = rest.join("/");
  const prefix =
    kind === "history"
      ? historyPrefix(ref)
      : kind === "backup"
        ? backupsPrefix(ref)
        : kind === "kept"
          ? keptPrefix(ref)
          : undefined;
  let data: Buffer | undefined;
  if (prefix !== undefined) {
    const file = (await store.list(prefix)).find(
      ({ key }) => idOf(key) === name && (kind !== "history" || key.includes(".checkpoint.json")),
    );
    data = file && (await store.read(file.key))?.data;
  } else if (kind === "version") {
    const key = (await readState(store, ref))?.key ?? stateKey(ref);
    data = await store.readVersion(key, name);
  }
  if (data === undefined) {
    throw new UsageError(
      `${ref.stack} has no earlier state "${id}". \`${groundworkCommand`state history ${ref.stack}`}\` lists those that there are. ` +
        "Nothing was touched.",
    );
  }
  return data;
}

const keptNotes: Readonly<Record<string, string>> = {
  backup: "by groundwork state backup",
  restored: "before a restore",
  moved: "before it was moved elsewhere",
  key: "before another key encrypted it",
};

/** The part of a file's name that tells it from the others. */
function idOf(key: string): string {
  const file = (key.split("/").at(-1) ?? "").replace(/\.json(\.gz|\.zst)?$/, "");
  // `dev-1795262772831442059.checkpoint` and `dev.1795262772831442059` of the engine; its own of groundwork.
  return /[-.](\d{19})(?:\.checkpoint|\.history)?$/.exec(file)?.[1] ?? file;
}

async function fromHistory(store: StateStore, ref: StackRef): Promise<StateVersion[]> {
  const files = await store.list(historyPrefix(ref));
  const told = new Map<string, string>();
  for (const { key } of files.filter((file) => file.key.includes(".history.json"))) {
    const content = await store.read(key);
    told.set(idOf(key), content === undefined ? "" : historyNote(content.data));
  }
  return files
    .filter(({ key }) => key.includes(".checkpoint.json"))
    .map(({ key, modified, size }) => ({
      id: `history/${idOf(key)}`,
      kind: "history",
      at: atNanoseconds(idOf(key)) ?? modified,
      size,
      note: `after: ${told.get(idOf(key)) ?? "a run"}`,
    }));
}

function historyNote(data: Buffer): string {
  const { kind = "", result = "", message = "" } = runIn(data) ?? {};
  return [kind, result, message].filter((part) => part !== "").join(", ");
}

async function fromBackups(store: StateStore, ref: StackRef): Promise<StateVersion[]> {
  return (await store.list(backupsPrefix(ref))).map(({ key, modified, size }) => ({
    id: `backup/${idOf(key)}`,
    kind: "backup",
    at: atNanoseconds(idOf(key)) ?? modified,
    size,
    note: "the engine's own copy",
  }));
}

async function fromKept(store: StateStore, ref: StackRef): Promise<StateVersion[]> {
  return (await store.list(keptPrefix(ref))).map(({ key, modified, size }) => ({
    id: `kept/${idOf(key)}`,
    kind: "kept",
    at: modified,
    size,
    note: keptNotes[idOf(key).split(".").at(-1) ?? ""] ?? "",
  }));
}

async function fromVersions(store: StateStore, ref: StackRef): Promise<StateVersion[]> {
  const key = (await readState(store, ref))?.key ?? stateKey(ref);
  return ((await store.versions(key)) ?? [])
    .filter(({ current }) => !current)
    .map(({ id, modified, size }) => ({
      id: `version/${id}`,
      kind: "version",
      at: modified,
      size,
      note: "kept by the container",
    }));
}

function atNanoseconds(text: string): Date | undefined {
  return /^\d{19}$/.test(text) ? new Date(Number(text.slice(0, 13))) : undefined;
}
