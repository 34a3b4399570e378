import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { engineTags } from "../../../settings/engine-yaml";
import { backendOf } from "../../backend/backend";
import { digestOf } from "../../backend/digest";
import { withoutSecrets } from "../../backend/store";
import type { Deployment } from "../../backend/layout";
import { failureIn } from "../../engine/automation";
import type { CommandContext } from "../../terminal/command-context";
import { failureOf } from "../failures";
import type { OpenStack } from "../workspace";
import { checkoutOf } from "./checkout";
import { bothShown, leaves, type Difference } from "./difference";

/** What a plan holds for: it is right as long as all of this is the same. No path of a machine is in it. */
export interface Circumstances {
  readonly project: string;
  readonly stack: string;
  /** Where the state lies: a URL without credentials, or a folder as seen from the project. */
  readonly backend: string;
  readonly commit: string;
  /** Hash of what is not committed; empty where all is. */
  readonly uncommitted: string;
  /** Hash of the file with the stack's settings. */
  readonly stackFile: string;
  /** What it says, for words. */
  readonly settings: unknown;
  /** Hash of every resource that the state has, and of what a run has begun. */
  readonly state: string;
  /** When a run last wrote the state; empty before the first. For words: another time alone is no difference. */
  readonly stateWritten: string;
  readonly engine: string;
  /** Versions of Pulumi's packages as they are installed, by name: the providers' are theirs. */
  readonly packages: Readonly<Record<string, string>>;
}

/**
 * What a plan that is made now holds for.
 *
 * The state is asked of the engine, which reads each backend (`pulumi stack export`), and hashed in clear: a state that was only
 * written again, or put under another key, is the same.
 *
 * @throws UsageError without a commit.
 */
export async function circumstancesOf(
  context: CommandContext,
  stack: OpenStack,
  planFile: string,
): Promise<Circumstances & { readonly uncommittedFiles: number }> {
  const { commit, uncommitted = "", uncommittedFiles } = await checkoutOf(context, planFile);
  const deployment = await stateOf(stack);
  return {
    project: context.project.name,
    stack: stack.name,
    backend: await backendName(context, stack.name),
    commit,
    uncommitted,
    uncommittedFiles,
    ...stackFileOf(stack),
    state: digestOf({
      resources: (deployment.resources ?? []).map((one) => ({ ...one, ...nowhere })),
      pending: deployment.pending_operations ?? [],
    }),
    stateWritten: deployment.resources === undefined ? "" : (deployment.manifest?.time ?? ""),
    engine: stack.engineOptions.version,
    packages: installedPackages(context.project.directory),
  };
}

/** Of a rehearsal's copy without its placeholders: each copy has them encrypted anew. */
function stackFileOf({ stackFile, settingsFile }: OpenStack): Pick<Circumstances, "stackFile" | "settings"> {
  const text = readFileSync(stackFile, "utf8");
  const whole = stackFile === settingsFile ? text : text.replace(/\bsecure: .*/g, "secure:");
  return {
    stackFile: createHash("sha256").update(whole).digest("hex"),
    settings: parse(whole, { customTags: engineTags, merge: true }),
  };
}

/** Setting by setting; where only its text differs, that it does. */
function differencesOfFiles(sealed: Circumstances, now: Circumstances): readonly Difference[] {
  const file = `Pulumi.${sealed.stack}.yaml`;
  if (sealed.stackFile === now.stackFile) {
    return [];
  }
  const found = leaves(sealed.settings, now.settings).map((leaf) => ({
    what: `${file} ${leaf.path.replace(/^config\./, "")}`,
    ...(leaf.path.endsWith(".secure") ? { sealed: "a secret", now: "another" } : bothShown(leaf)),
  }));
  return found.length > 0
    ? found
    : [{ what: file, sealed: short(sealed.stackFile), now: short(now.stackFile) }];
}

/** From which line of which checkout a resource was last registered is no part of what there is. */
const nowhere = { sourcePosition: undefined, stackTrace: undefined };

/** What is not as it was, each with both. */
export function differencesBetween(sealed: Circumstances, now: Circumstances): readonly Difference[] {
  const one = (
    what: string,
    from: string,
    to: string,
    told: (text: string) => string = named,
  ): Difference[] => (from === to ? [] : [{ what, sealed: told(from), now: told(to) }]);
  const written = (state: string, at: string): string =>
    `${short(state)}, ${at === "" ? "never written" : `written ${at}`}`;
  return [
    ...one("the project", sealed.project, now.project),
    ...one("the stack", sealed.stack, now.stack),
    ...one("the backend of the state", sealed.backend, now.backend),
    ...one("the commit", sealed.commit, now.commit, short),
    ...one("what is not committed", sealed.uncommitted, now.uncommitted, short),
    ...differencesOfFiles(sealed, now),
    ...(sealed.state === now.state
      ? []
      : [
          {
            what: "the state",
            sealed: written(sealed.state, sealed.stateWritten),
            now: written(now.state, now.stateWritten),
          },
        ]),
    ...one("the engine", sealed.engine, now.engine),
    ...[...new Set([...Object.keys(sealed.packages), ...Object.keys(now.packages)])]
      .sort()
      .flatMap((name) => one(name, sealed.packages[name] ?? "", now.packages[name] ?? "")),
  ];
}

async function stateOf(stack: OpenStack): Promise<Deployment> {
  let deployment: Deployment = {};
  const failure = await failureIn(async () => {
    deployment = await stack.engine.checkpoint();
  });
  if (failure !== undefined) {
    throw failureOf(stack, "reading of the state", failure, []);
  }
  return deployment;
}

function named(text: string): string {
  return text === "" ? "nothing" : text;
}

/** As much of a hash as tells it from others. */
export function short(hash: string): string {
  return named(hash.slice(0, 12));
}

/** Where the state lies, the same from every checkout: a folder in the project or in the rehearsal by its path from there. */
async function backendName(context: CommandContext, stack: string): Promise<string> {
  const { url } = await backendOf(context, stack);
  const { project, environment, rehearsal } = context;
  const [root, name] =
    rehearsal === undefined
      ? [project.directory, "the project's"]
      : [environment.rehearsalDirectory, "the rehearsal's"];
  if (!url.startsWith("file:///")) {
    return withoutSecrets(url);
  }
  const inside = path.relative(root, fileURLToPath(url.split("?")[0] ?? url));
  return inside.startsWith("..") || path.isAbsolute(inside)
    ? url
    : `${name} folder ${inside.split(path.sep).join("/")}`;
}

function installedPackages(directory: string): Readonly<Record<string, string>> {
  const read = (...names: readonly string[]): { dependencies?: Record<string, string>; version?: string } => {
    const file = path.join(directory, ...names, "package.json");
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, never>) : {};
  };
  return Object.fromEntries(
    Object.keys(read().dependencies ?? {})
      .filter((name) => name.startsWith("@pulumi/"))
      .map((name) => [name, read("node_modules", name).version ?? ""]),
  );
}
