import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { ChangeOutcome, TriedChange, TriedChanges } from "../../settings/change-verdicts";
import { checkout } from "../engine/support/walk";
import { stackFileOf } from "./config";
import type { Change } from "./every-change";
import { everySetting } from "./settings-list";

/** Where the verdicts are kept: the page and the reference of settings are made from it. */
const verdictsFile = path.join(checkout, "schema", "changes.json");

/** What decides how a change ends, besides its two stack files. */
const sources = [
  ...["bin", "boot", "components", "guard", "operations", "policies", "rehearsal", "settings", "state"],
  ...["index.ts", "package-lock.json", "tests/changes/run.ts", "tests/changes/others.ts"],
];

function filesIn(entry: string): readonly string[] {
  const whole = path.join(checkout, entry);
  if (path.extname(entry) !== "") return [whole];
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((found) => found.isFile())
    .map((found) => path.join(found.parentPath, found.name))
    .sort();
}

function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap(filesIn))
    hash.update(`${path.relative(checkout, file)}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/** Outcomes of earlier runs, by what they depend on: who breaks a run off goes on with `--resume`. */
export class Kept {
  private readonly folder = path.join(checkout, ".cache", "changes");
  private readonly sources = sourcesHash();

  get(change: Change): ChangeOutcome | undefined {
    const file = this.fileOf(change);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ChangeOutcome) : undefined;
  }

  put(change: Change, outcome: ChangeOutcome): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.fileOf(change), JSON.stringify(outcome));
  }

  private fileOf({ setting, kind, before, after }: Change): string {
    const texts = [
      this.sources,
      setting,
      kind,
      stackFileOf(before),
      after === undefined ? "" : stackFileOf(after),
    ];
    return path.join(this.folder, `${createHash("sha256").update(texts.join("\0")).digest("hex")}.json`);
  }
}

export function readVerdicts(): TriedChanges {
  return existsSync(verdictsFile) ? (JSON.parse(readFileSync(verdictsFile, "utf8")) as TriedChanges) : {};
}

/** Puts outcomes of a run into the verdicts: what it tried is so now, and of every other change there is what was known of it. */
export function withOutcomes(
  known: TriedChanges,
  outcomes: ReadonlyMap<Change, ChangeOutcome>,
  changes: readonly Change[],
): TriedChanges {
  const tried = new Map<string, TriedChange[]>();
  for (const change of changes) {
    const { setting, kind } = change;
    const before = known[setting]?.find((one) => one.change === kind);
    const outcome = outcomes.get(change) ?? before ?? { verdict: "not tried yet" };
    tried.set(setting, [...(tried.get(setting) ?? []), { change: kind, ...outcome }]);
  }
  return Object.fromEntries(everySetting().map((name) => [name, tried.get(name) ?? []]));
}

export function writeVerdicts(verdicts: TriedChanges): void {
  writeFileSync(verdictsFile, `${JSON.stringify(verdicts, undefined, 2)}\n`);
}
