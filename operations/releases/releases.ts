import * as path from "node:path";
import { settingsOf } from "../plan/workspace";
import { awsClientConfig } from "../engine/aws-clients";
import { startSession } from "../engine/rehearsal-session";
import { readText } from "../engine/stack-file-edit";
import type { CommandContext } from "../terminal/command-context";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";
import { stackFile } from "../terminal/project";
import { ageOf, daysUntil } from "../../settings/release-days";
import { ReleasesApi } from "./aws-api";
import { findReleases, notAsked, type Question, type Release } from "./find";
import { short } from "./short";

/** Lets `action` ask about a stack's releases, in the rehearsal cloud where that is what is meant. */
export async function withQuestion<T>(
  context: CommandContext,
  stackName: string,
  action: (question: Question) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(context, stackName);
  const file = stackFile(context.project, stackName);
  const { rehearsal } = context;
  const session =
    rehearsal === undefined ? undefined : await startSession(context, rehearsal, settings.context.accountId);
  try {
    return await action({
      settings,
      project: context.project.name,
      text: readText(file),
      file: path.basename(file),
      api: new ReleasesApi(() => awsClientConfig({ name: stackName, settings, session })),
      ask:
        session === undefined
          ? (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(30_000) })
          : undefined,
      npmRegistry: context.environment.variables["npm_config_registry"] ?? "https://registry.npmjs.org",
    });
  } finally {
    await session?.stop();
  }
}

/** Shows every pin of a stack: how old it is, what is newest, how long it is supported. Changes nothing. */
export async function releases(context: CommandContext, stackName: string): Promise<ExitCode> {
  const { output } = context;
  const found = await withQuestion(context, stackName, (question) => findReleases(question));
  const today = new Date().toISOString().slice(0, 10);
  output.document({ stack: stackName, releases: found.map((one) => documentOf(one, today)) });
  output.print(releasesTable(found, today));
  for (const line of notesOf(found)) {
    output.print(`\n${line}`);
  }
  return exitCodes.done;
}

/** What there is to say besides, each thing once, with all that it is said of. */
export function notesOf(found: readonly Release[]): readonly string[] {
  const said = new Map<string, string[]>();
  for (const { note, path: keys, withdrawn } of found) {
    for (const text of [withdrawn === undefined ? undefined : `withdrawn: ${withdrawn}`, note]) {
      if (text !== undefined) {
        said.set(text, [...(said.get(text) ?? []), keys.join(".")]);
      }
    }
  }
  return [...said].map(([text, settings]) => `${settings.join(", ")}: ${text}`);
}

/** A release as `--json` prints it. */
export function documentOf(release: Release, today: string): Readonly<Record<string, unknown>> {
  const {
    ends,
    file,
    held,
    kind,
    line,
    newest,
    next,
    note,
    path: keys,
    published,
    value,
    withdrawn,
  } = release;
  return {
    kind,
    setting: keys.join("."),
    file,
    line,
    value: value ?? null,
    held: held ?? null,
    published: published ?? null,
    ageDays: published === undefined ? null : ageOf(published, today),
    next: next ?? null,
    newest: newest ?? next ?? null,
    supportEnds: ends ?? null,
    withdrawn: withdrawn ?? null,
    note: note ?? null,
  };
}

function releasesTable(found: readonly Release[], today: string): string {
  return table([
    ["kind", "setting", "value", "age", "newest", "support ends", "where"],
    ...found.map((one) => [
      one.kind,
      one.path.join(".").replace(/^groundwork:/, ""),
      short(one.value ?? (one.held === undefined ? "open" : `open, ${one.held} held`)),
      one.published === undefined ? "" : `${ageOf(one.published, today)} d`,
      newestText(one),
      one.ends === undefined ? "" : `${one.ends}${daysUntil(one.ends, today) < 0 ? ", over" : ""}`,
      one.isWritten || one.value === undefined ? `${one.file}:${one.line}` : "the program's default",
    ]),
  ]);
}

function newestText({ newest, next, note, withdrawn }: Release): string {
  const known = [next, newest].filter((one) => one !== undefined).map(short);
  return [
    ...(known.length > 0 ? [known.join(", then ")] : note?.startsWith(notAsked) === true ? ["?"] : ["this"]),
    ...(withdrawn === undefined ? [] : ["withdrawn"]),
  ].join(", ");
}
