import * as path from "node:path";
import { pinKinds, type PinKind } from "../../settings/pins";
import type { CommandContext } from "../terminal/command-context";
import { confirm } from "../terminal/confirm";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { stackFile } from "../terminal/project";
import {
  refuseWhatIsWrong,
  replaceText,
  withEntry,
  withScalars,
  type ScalarEdit,
} from "../engine/stack-file-edit";
import { diffOf } from "../engine/file-diff";
import { commit, requireCommitted } from "../engine/git";
import { nearestName } from "../../settings/nearest";
import { groundworkCommand } from "../../guard/printed-command";
import { findReleases, type Question, type Release } from "./find";
import { notesOf, withQuestion } from "./releases";
import { short } from "./short";

export interface BumpOptions {
  /** One git commit a kind, of the stack file alone. */
  readonly commit: boolean;
}

/** What is to move: kinds, each with the version to go to where one was named. None: everything but what has to be named. */
type Wanted = ReadonlyMap<PinKind, string | undefined>;

/** What moves of one kind. */
interface Move {
  readonly kind: PinKind;
  readonly moves: readonly { readonly setting: string; readonly from: string | null; readonly to: string }[];
  readonly edits: readonly ScalarEdit[];
}

/**
 * Writes newer releases into the stack file and changes nothing else in it; the next `up` brings them. Steps that are more than a
 * patch, a minor version of Kubernetes and a major one of anything, are taken only where they are named.
 */
export async function bump(
  context: CommandContext,
  stackName: string,
  words: readonly string[],
  options: BumpOptions,
): Promise<ExitCode> {
  const { output, project } = context;
  const wanted = wantedOf(words);
  const file = stackFile(project, stackName);
  const name = path.basename(file);
  const { text, found } = await withQuestion(context, stackName, async (question) => ({
    text: question.text,
    found: await movesOf(question, wanted),
  }));
  const { moves, notes } = found;
  const versions = textsOf(text, moves, { file: name, project: project.name });
  const last = versions.at(-1) ?? text;
  const listed = moves.flatMap(({ kind, moves: some }) => some.map((one) => ({ kind, ...one })));
  for (const note of notes) {
    output.note(note);
  }
  if (moves.length === 0) {
    output.document({ stack: stackName, file: name, result: "nothing newer", moves: [], notes });
    output.print(`Nothing newer is known for ${name}. Nothing was touched.`);
    return exitCodes.done;
  }
  refuseWhatIsWrong(context, stackName, last, name);
  if (options.commit) {
    await requireCommitted([file]);
  }
  output.print(`${name} would say:`);
  output.print(diffOf(text, last).map(short).join("\n"));
  if (!(await confirm(`Write this into ${name}${options.commit ? ", and commit it" : ""}?`, context))) {
    output.document({ stack: stackName, file: name, result: "declined", moves: listed, notes });
    output.print("Nothing was touched.");
    return exitCodes.done;
  }
  let before = text;
  for (const [index, version] of (options.commit ? versions : [last]).entries()) {
    replaceText(file, before, version);
    before = version;
    const move = moves[index];
    if (options.commit && move !== undefined) {
      await commit([file], messageOf(stackName, move));
    }
  }
  const apply = groundworkCommand`up ${stackName}`;
  output.document({ stack: stackName, file: name, result: "written", moves: listed, notes, apply });
  output.print(
    `Written${options.commit ? `, in ${moves.length} commit${moves.length === 1 ? "" : "s"}` : ""}. It takes effect with: ${apply}`,
  );
  return exitCodes.done;
}

/** @throws UsageError for a word that is no kind. */
function wantedOf(words: readonly string[]): Wanted {
  return new Map(
    words.map((word) => {
      const [kind = "", version] = word.split("=");
      return [
        kindOf(version === "" ? word : kind, ", each alone or with a version (postgresql=16.14)"),
        version,
      ];
    }),
  );
}

/** A kind of pins by the word that a person types. @throws UsageError for a word that is none. */
export function kindOf(word: string, besides = ""): PinKind {
  const known = pinKinds.find((one) => one === word);
  if (known !== undefined) {
    return known;
  }
  const nearest = nearestName(word.replace(/=.*$/, ""), pinKinds);
  throw new UsageError(
    `"${word}" is nothing that can be moved. Allowed: ${oneOf(pinKinds)}${besides}.` +
      `${nearest === undefined ? "" : ` Did you mean ${nearest}?`} Nothing was touched.`,
  );
}

async function movesOf(
  question: Question,
  wanted: Wanted,
): Promise<{ readonly moves: readonly Move[]; readonly notes: readonly string[] }> {
  const kinds = wanted.size === 0 ? pinKinds : [...wanted.keys()];
  const found = await findReleases({ ...question, kinds });
  const next = (release: Release): string | undefined =>
    wanted.get(release.kind as PinKind) ??
    (release.isStep === true && !wanted.has(release.kind as PinKind) ? undefined : release.next);
  const kubernetes = found.find(({ kind }) => kind === "kubernetes");
  const target = kubernetes === undefined ? undefined : next(kubernetes);
  // What goes with the version of Kubernetes moves with it, as far as the file pins it: EKS takes it no other way.
  const alongside =
    target === undefined
      ? []
      : (await findReleases({ ...question, kinds: ["nodes", "addons"], kubernetes: target })).filter(
          ({ value }) => value !== undefined,
        );
  const moves = kinds.flatMap((kind): Move[] => {
    const own = found.filter((release) => release.kind === kind);
    const all =
      kind === "kubernetes"
        ? [...own, ...alongside]
        : target === undefined || !["nodes", "addons"].includes(kind)
          ? own
          : [];
    const moving = all.flatMap((release) => {
      const to = release.kind === kind ? next(release) : release.next;
      // What the program takes by itself moves with the program.
      const isDefault = !release.isWritten && release.value !== undefined;
      return to === undefined || to === release.value || isDefault ? [] : [{ release, to }];
    });
    return moving.length === 0
      ? []
      : [
          {
            kind,
            moves: moving.map(({ release, to }) => ({
              setting: release.path.join("."),
              from: release.value ?? null,
              to,
            })),
            edits: moving.flatMap(({ release, to }) => [
              { path: release.path, value: to },
              ...(wanted.get(kind) === undefined ? (release.along ?? []) : []),
            ]),
          },
        ];
  });
  return { moves, notes: notesOf([...found, ...alongside]) };
}

/** The text after each kind's move. What is not in the file yet is put there. */
function textsOf(
  text: string,
  moves: readonly Move[],
  names: { readonly file: string; readonly project: string },
): readonly string[] {
  const texts: string[] = [];
  for (const { edits, moves: some } of moves) {
    const added = new Set(some.filter(({ from }) => from === null).map(({ setting }) => setting));
    const isNew = ({ path: keys }: ScalarEdit): boolean => added.has(keys.join("."));
    const changed = withScalars(
      texts.at(-1) ?? text,
      edits.filter((edit) => !isNew(edit)),
      names,
    );
    texts.push(
      edits
        .filter(isNew)
        .reduce((done, edit) => withEntry(done, { ...edit, after: "version" }, names), changed),
    );
  }
  return texts;
}

const titles: Readonly<Record<PinKind, string>> = {
  postgresql: "PostgreSQL",
  kubernetes: "Kubernetes",
  nodes: "the cluster's nodes",
  addons: "the cluster's add-ons",
  "amazon-linux": "Amazon Linux",
  ubuntu: "Ubuntu",
  "machine-images": "machine images",
  containers: "container images",
  concourse: "Concourse's workers",
  docker: "Docker",
  "taskcluster-worker": "Taskcluster's worker",
};

function messageOf(stackName: string, { kind, moves }: Move): string {
  const targets = [...new Set(moves.map(({ to }) => short(to)))];
  const title = `Move ${titles[kind]} of ${stackName}${targets.length === 1 ? ` to ${targets[0] ?? ""}` : ""}`;
  return [
    title,
    "",
    ...moves.map(({ setting, from, to }) => `${setting}: ${short(from ?? "open")} to ${short(to)}`),
  ].join("\n");
}
