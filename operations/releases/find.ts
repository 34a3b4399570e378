import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { StackSettings } from "../../settings/load";
import { pinsOf, publishedOn, supportEnds, type Pin, type PinKind } from "../../settings/pins";
import { Places } from "../../settings/stack-file-places";
import { readYaml } from "../../settings/yaml-file";
import { describeAwsError } from "../engine/aws-clients";
import { OperationError } from "../terminal/errors";
import { spellingsOf } from "../engine/stack-file-edit";
import type { Answer, Ask, Source } from "./answer";
import type { ReleasesApi } from "./aws-api";
import { awsSources } from "./aws-sources";
import { githubAnswer, npmAnswer } from "./published";
import { containerAnswer } from "./registry";

/** A pin with all that is known of it. */
export interface Release extends Answer {
  /** `engine` and `providers` are the program's: they stand in package.json. */
  readonly kind: PinKind | "engine" | "providers";
  readonly path: readonly string[];
  readonly value: string | undefined;
  readonly file: string;
  readonly line: number;
  /** False for what stands in no file: what the program takes by itself, or what is left open. */
  readonly isWritten: boolean;
}

/** Who is asked, and about what. */
export interface Question {
  readonly settings: StackSettings;
  readonly project: string;
  /** Text of the stack file, and how it is called. */
  readonly text: string;
  readonly file: string;
  readonly api: ReleasesApi;
  /** Registries and sites outside of the stack's clouds. Undefined in a rehearsal: nobody is asked. */
  readonly ask: Ask | undefined;
  /** npm's registry. */
  readonly npmRegistry: string;
  /** Only these kinds. Default: all. */
  readonly kinds?: readonly Release["kind"][];
  /** The version of Kubernetes that nodes and add-ons are to go with. Default: the cluster's. */
  readonly kubernetes?: string;
}

/** Every pin of a stack, each asked about; what could not be asked says why. */
export async function findReleases(question: Question): Promise<readonly Release[]> {
  const { kinds } = question;
  const wanted = (kind: Release["kind"]): boolean => kinds === undefined || kinds.includes(kind);
  const sources = sourcesOf(question);
  const place = placesOf(question);
  const pins = pinsOf(question.settings).filter(({ kind }) => wanted(kind));
  return Promise.all([
    ...pins.map(async (pin): Promise<Release> => {
      const [published, ends] = [publishedOn(pin), supportEnds(pin)];
      const { kind, path: keys, value } = pin;
      const answer = await answered(() => sources[kind](pin));
      return {
        ...(published !== undefined && { published }),
        ...(ends !== undefined && { ends }),
        ...answer,
        kind,
        path: keys,
        value,
        ...place(keys),
      };
    }),
    ...(wanted("engine") || wanted("providers") ? programReleases(question) : []),
  ]);
}

function sourcesOf({ api, ask, kubernetes, settings }: Question): Readonly<Record<PinKind, Source>> {
  const github =
    (repository: string, ...rest: [Parameters<typeof githubAnswer>[3]?]): Source =>
    ({ value = "" }) =>
      githubAnswer(outside(ask), repository, value, ...rest);
  return {
    ...awsSources(api, settings, kubernetes),
    containers: ({ image = "", value = "" }) => containerAnswer(image, value, { ask, api }),
    concourse: (pin) => github("concourse/concourse", concourseFiles(pin))(pin),
    docker: github("moby/moby"),
    "taskcluster-worker": async (pin) => {
      const { next, newest = next, published } = await github("taskcluster/taskcluster")(pin);
      return {
        ...(newest !== undefined && { newest }),
        ...(published !== undefined && { published }),
        note: "its URL and its checksum move together, by hand",
      };
    },
  };
}

function outside(ask: Ask | undefined): Ask {
  if (ask === undefined) {
    throw new Error("a rehearsal asks nobody outside");
  }
  return ask;
}

/** The checksums beside a version of the worker, as its project publishes them. */
function concourseFiles({ along = [] }: Pin): Parameters<typeof githubAnswer>[3] {
  return (version, digests) => {
    const edits = along.map((keys) => ({
      path: keys,
      value: digests.get(`concourse-${version}-linux-${keys.at(-1) ?? ""}.tgz`) ?? "",
    }));
    return edits.some(({ value }) => value === "") ? undefined : edits;
  };
}

function programReleases({ ask, kinds, npmRegistry }: Question): readonly Promise<Release>[] {
  const file = path.join(__dirname, "..", "..", "package.json");
  const text = readFileSync(file, "utf8");
  const { dependencies } = JSON.parse(text) as { readonly dependencies: Readonly<Record<string, string>> };
  return Object.entries(dependencies)
    .filter(([name]) => name.startsWith("@pulumi/"))
    .map(([name, value]) => ({
      kind: name === "@pulumi/pulumi" ? ("engine" as const) : ("providers" as const),
      name,
      value,
    }))
    .filter(({ kind }) => kinds === undefined || kinds.includes(kind))
    .map(async ({ kind, name, value }) => ({
      ...(await answered(() => npmAnswer(outside(ask), npmRegistry, name, value))),
      kind,
      path: [name],
      value,
      file: "package.json",
      line: text.slice(0, text.indexOf(`"${name}"`)).split("\n").length,
      isWritten: true,
    }));
}

/** How a note begins that stands in the place of an answer. */
export const notAsked = "not asked: ";

/** What could not be asked is said in the place of an answer. */
async function answered(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : "";
    const said =
      error instanceof OperationError ? (error.message.split("\n")[0] ?? "") : describeAwsError(error);
    return { note: `${notAsked}${said.replace(/^Error: /, "")}${cause}` };
  }
}

function placesOf({
  file,
  project,
  text,
}: Question): (keys: readonly string[]) => Pick<Release, "file" | "line" | "isWritten"> {
  const { document, lines } = readYaml(text, file, { stack: file });
  const places = new Places(document, lines, file);
  return ([section = "", ...keys]) => {
    const written = spellingsOf(section, project).find((key) => document.hasIn(["config", key])) ?? section;
    const at = ["config", written, ...keys];
    return { file, line: places.of(at).line, isWritten: document.hasIn(at) };
  };
}
