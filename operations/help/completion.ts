import type { Argument, Command } from "commander";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isRecord } from "../../guard/unknown";
import { stackSections } from "../../settings/schema";
import { stackFile, stackNames, type Project } from "../terminal/project";
import { ActionArgument } from "../terminal/stack-and-action";
import { pathOf } from "../terminal/wrong-call";
import { commandHelp } from "../terminal/command-help";
import { wordsOf } from "../terminal/help";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What a shell may propose for the word that is being typed. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/**
 * What may stand where the last of the words is, whatever of it has been typed. Nothing where only a person knows it, or a file is
 * wanted: a shell proposes files then.
 *
 * @param words Behind the launcher; the last one is being typed, and may be empty.
 */
export function candidatesFor(
  program: Command,
  project: Project,
  words: readonly string[],
): readonly Candidate[] {
  const given = words.slice(0, -1);
  if (given.includes("--")) {
    return [];
  }
  const { command, length } = pathOf(program, given);
  if (command.commands.length > 0) {
    return command
      .createHelp()
      .visibleCommands(command)
      .map((one) => ({ word: one.name(), description: one.summary() || one.description() }));
  }
  const options = command.createHelp().visibleOptions(command);
  const before = options.find(({ long }) => long === given.at(-1));
  if (before?.required === true) {
    return (before.argChoices ?? []).map((word) => ({ word, description: "" }));
  }
  if (words.at(-1)?.startsWith("-") === true) {
    return options.flatMap(({ description, long }) =>
      long === undefined || given.includes(long) ? [] : [{ word: long, description }],
    );
  }
  const typed = given.slice(length).filter((word, at, all) => {
    const takesIt = options.some(({ long, required }) => required && long === all[at - 1]);
    return !word.startsWith("-") && !takesIt;
  });
  const { registeredArguments: places } = command;
  const place = places[typed.length] ?? places.find(({ variadic }) => variadic);
  return place === undefined ? [] : valuesOf(place, command, project, typed[0]);
}

function valuesOf(
  place: Argument,
  command: Command,
  project: Project,
  stack: string | undefined,
): readonly Candidate[] {
  const choices = place instanceof ActionArgument ? place.actions : place.argChoices;
  if (choices !== undefined) {
    return choices.map((word) => ({ word, description: "" }));
  }
  const section = commandHelp[wordsOf(command)]?.values?.[place.name()];
  if (place.name() === "stack" || section === "stacks") {
    return stackNames(project).map((word) => ({ word, description: "stack" }));
  }
  if (place.name() === "setting") {
    return Object.keys(stackSections.shape).map((word) => ({ word, description: "section" }));
  }
  return section === undefined || stack === undefined || !stackNames(project).includes(stack)
    ? []
    : keysAt(project, stack, section).map((word) => ({ word, description: place.description }));
}

/** The keys of a mapping in the stack file; none where the file has no such mapping. */
function keysAt(project: Project, stack: string, section: string): readonly string[] {
  const { config } = parse(readFileSync(stackFile(project, stack), "utf8")) as { readonly config?: unknown };
  const [name = "", ...rest] = section.split(".");
  const mapping = [`groundwork:${name}`, ...rest].reduce<unknown>(
    (value, key) => (isRecord(value) ? value[key] : undefined),
    config,
  );
  return isRecord(mapping) ? Object.keys(mapping) : [];
}

/** One line each: for bash the word alone, for zsh and fish with its description. */
export function candidateLines(shell: Shell, candidates: readonly Candidate[]): string {
  return candidates
    .map(({ description, word }) => {
      const [about = ""] = description.split("\n");
      return shell === "bash" || about === ""
        ? word
        : shell === "zsh"
          ? `${word}:${about}`
          : `${word}\t${about}`;
    })
    .join("\n");
}
