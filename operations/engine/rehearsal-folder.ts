import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { parseJson } from "../../guard/unknown";
import { UsageError } from "../terminal/errors";
import { approvalsFolder } from "./approvals-folder";

/** Says that a folder is a rehearsal's: without it nothing is written or deleted in a folder that holds anything. */
const markerFile = "rehearsal.json";
const format = 1;

/** Where rehearsed stacks have been moved, by stack. */
export const movedFile = "moved.json";

/** What the last rehearsal has made, or found, to look at. */
export const pageFile = "page.html";

/** Everything that rehearsals keep in their folder, and for a folder what lies in it; nothing else is touched. */
const kept: Readonly<Record<string, RegExp | "file">> = {
  state: /^\.(pulumi|groundwork)$/,
  cloud: /\.(json|tmp)$/,
  "pending-deletion": /\.(json|tmp)$/,
  project: /^Pulumi(\..+)?\.yaml(\.\d+\.tmp)?$/,
  home: /^(logs|workspaces|plugins|bin|schemas|(credentials|config)\.json|\..*)$/,
  // Names of storage accounts.
  containers: /^[a-z0-9]{3,24}$/,
  [approvalsFolder]: /\.yaml$/,
  "log.jsonl": "file",
  [pageFile]: "file",
  [movedFile]: "file",
};

/**
 * Makes the folder of a rehearsal, or takes one that is a rehearsal's already: it has the marker, or is empty, or holds
 * exactly what rehearsals wrote before there was a marker, and gets it now.
 *
 * @throws UsageError for any other folder. Nothing in it is touched.
 */
export function openRehearsalFolder(directory: string): string {
  const found = existsSync(directory);
  if (found && !statSync(directory).isDirectory()) {
    throw new UsageError(`${directory} is no folder, and a rehearsal wants one. ${advice}`);
  }
  const names = found ? readdirSync(directory) : [];
  if (names.includes(markerFile)) {
    requireMarker(path.join(directory, markerFile));
    return directory;
  }
  const foreign = names.flatMap((name) => foreignIn(directory, name));
  if (foreign.length > 0) {
    const shown =
      foreign.slice(0, 3).join(", ") + (foreign.length > 3 ? ` and ${foreign.length - 3} more` : "");
    throw new UsageError(
      `${directory} is no folder of a rehearsal: it holds ${shown}, which no rehearsal made, and no ${markerFile}. ` +
        `A rehearsal writes there, and --fresh deletes. ${advice}`,
    );
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const marker = {
    format,
    what: "A folder of groundwork rehearsals: `./groundwork rehearse STACK --fresh` empties it.",
  };
  writeFileSync(path.join(directory, markerFile), `${JSON.stringify(marker, undefined, 2)}\n`);
  return directory;
}

const advice =
  "Name another folder in GROUNDWORK_REHEARSAL_DIR (default: .rehearsal in the project), or empty this one by hand. Nothing was touched.";

function requireMarker(file: string): void {
  const marker = lstatSync(file).isFile() ? parseJson(readFileSync(file, "utf8")) : undefined;
  if ((marker as { readonly format?: unknown } | undefined)?.format !== format) {
    throw new UsageError(
      `${file} is not what this version of groundwork writes into the folder of a rehearsal. ${advice}`,
    );
  }
}

/** What of an entry no rehearsal has made. */
function foreignIn(directory: string, name: string): readonly string[] {
  const file = path.join(directory, name);
  const stat = lstatSync(file);
  const inside = Object.hasOwn(kept, name) ? kept[name] : undefined;
  if (inside === undefined || (inside === "file" ? !stat.isFile() : !stat.isDirectory())) {
    return [name];
  }
  return inside === "file"
    ? []
    : readdirSync(file)
        .filter((entry) => !inside.test(entry))
        .map((entry) => path.join(name, entry));
}

/**
 * Forgets what was rehearsed, all stacks. Of a link in the folder the link goes, and not what it leads to.
 *
 * @throws UsageError as `openRehearsalFolder`.
 */
export function forgetRehearsal(directory: string): void {
  openRehearsalFolder(directory);
  for (const entry of Object.keys(kept)) {
    rmSync(path.join(directory, entry), { recursive: true, force: true });
  }
}
