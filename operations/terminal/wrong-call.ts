import type { Command, CommanderError } from "commander";
import { nearestName } from "../../settings/nearest";
import { oneOf } from "./errors";
import { answerTo } from "./foreign-words";
import { ActionArgument } from "./stack-and-action";

/**
 * Commands, actions and options that may be proposed because they are spelt like what was typed: they look, or ask before they
 * change anything that counts. What takes down, gives up, breaks or overwrites is not in here, and is never proposed.
 */
export const mayBeProposed: ReadonlySet<string> = new Set([
  ...[
    "new",
    "rehearse",
    "preview",
    "drift",
    "timeline",
    "up",
    "adopt",
    "nodes",
    "iam",
    "kubeconfig",
    "smoke",
    "exec",
    "explain",
    "completion",
  ],
  ...[
    "database",
    "dns",
    "queues",
    "image",
    "fleet",
    "access",
    "state",
    "workers",
    "secrets",
    "guard",
    "doctor",
    "releases",
    "promote",
    "ci",
  ],
  ...["init", "lock", "backup", "history", "list", "status", "check", "explain", "bump", "switch"],
  ...["--rehearse", "--json", "--help", "--version", "--account", "--faults", "--weather"],
  ...["--expect-no-changes", "--no-refresh", "--dry-run", "--min", "--max", "--only-desired", "--resolver"],
  ...["--out", "--plan", "--plan-for"],
  ...["--commit", "--image", "--file", "--all", "--from", "--prefix"],
  ...["--snapshot", "--moment", "--latest", "--as", "--class", "--instance"],
  ...["--stdin", "--id", "--operation", "--for", "--reason", "--by"],
]);

/** The command that a call means, as far as it can be told: the program itself where it names none. */
function calledCommand(program: Command, argv: readonly string[]): Command {
  return pathOf(program, argv).command;
}

/** The name that may have been meant; undefined where none is near, and where the nearest is not to be proposed. */
function proposal(typed: string, names: readonly string[]): string | undefined {
  const nearest = nearestName(typed, names);
  return nearest === undefined || !mayBeProposed.has(nearest) ? undefined : nearest;
}

/** Whether a stack's name may be proposed to a call: not to one that takes down, gives up or breaks something. */
export function proposesStacks(program: Command, argv: readonly string[]): boolean {
  const command = calledCommand(program, argv);
  const actions = command.registeredArguments.find((one) => one instanceof ActionArgument)?.actions ?? [];
  return [command.name(), ...actions.filter((action) => argv.includes(action))].every((name) =>
    mayBeProposed.has(name),
  );
}

/**
 * Pulumi's habit, `preview --stack dev` or `-s dev`, as it is typed here: the stack right after the command. `exec` passes on what
 * it is given, and nothing behind `--` is touched.
 */
export function withStackInPlace(program: Command, argv: readonly string[]): string[] {
  const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
  const own = argv.slice(0, end);
  const at = own.findIndex((word) => /^(--stack|-s|--stack=.+)$/.test(word));
  const word = own[at];
  if (word === undefined || calledCommand(program, own).name() === "exec") {
    return [...argv];
  }
  const [stack, length] = word.includes("=") ? [word.slice("--stack=".length), 1] : [own[at + 1], 2];
  if (stack === undefined || stack.startsWith("-")) {
    return [...argv];
  }
  const rest = [...own.slice(0, at), ...own.slice(at + length)];
  const { command, length: path } = pathOf(program, rest);
  return command === program
    ? [...argv]
    : [...rest.slice(0, path), stack, ...rest.slice(path), ...argv.slice(end)];
}

/** Commander's words, and what is allowed. */
export function wrongCall(
  error: CommanderError,
  program: Command,
  argv: readonly string[],
  stacks: readonly string[],
): string {
  const command = calledCommand(program, argv);
  const said = error.message.replace(/^error: /, "");
  const help = `\`${called(command)} --help\``;
  const known = `Known: ${oneOf(command.commands.map((one) => one.name()))}.`;
  switch (error.code) {
    case "commander.help":
      return command === program
        ? `No command was given. ${known}`
        : `\`${called(command)}\`: missing action. ${known}`;
    case "commander.unknownCommand": {
      const typed = quoted(said);
      const answer = command === program ? answerTo(typed) : undefined;
      const near = proposal(
        typed,
        command.commands.map((one) => one.name()),
      );
      return [
        said,
        ...(answer !== undefined ? [answer] : near !== undefined ? [`(Did you mean ${near}?)`] : []),
        `${known} ${help} says what they do.`,
      ].join("\n");
    }
    case "commander.unknownOption": {
      const typed = quoted(said);
      if (typed === "--stack" || typed === "-s") {
        return `${said}\nThe stack comes right after the command: \`${called(command)} STACK\`.`;
      }
      const options = command.createHelp().visibleOptions(command);
      const near = proposal(
        typed,
        options.map(({ long }) => long ?? ""),
      );
      return `${said}${near === undefined ? "" : `\n(Did you mean ${near}?)`}\n${help} says which there are.`;
    }
    case "commander.missingArgument":
      return `${missing(command, quoted(said), stacks)}\n${help} says how it is called.`;
    default:
      return `${said}\n${help} says how it is called.`;
  }
}

/** What is missing, and what it may be. */
function missing(command: Command, name: string, stacks: readonly string[]): string {
  const ofStacks = `The stacks that have a file: ${oneOf(stacks)}.`;
  const argument = command.registeredArguments.find((one) => one.name() === name);
  if (!(argument instanceof ActionArgument)) {
    return name === "stack"
      ? `missing stack. ${ofStacks}`
      : `missing ${name}: ${argument?.description ?? ""}`;
  }
  const given = command.args.at(-1);
  if (given === undefined || !argument.actions.includes(given)) {
    return `missing action: ${argument.actions.length > 1 ? "one of " : ""}${argument.actions.join(", ")}`;
  }
  // The action was given, in the place of another.
  const others = command.registeredArguments.slice(0, command.registeredArguments.indexOf(argument));
  const absent = others[command.args.length - 1]?.name() ?? "stack";
  const form = [called(command), ...others.map((one) => one.name().toUpperCase()), given].join(" ");
  return `missing ${absent}: \`${form}\`${absent === "stack" ? `. ${ofStacks}` : ""}`;
}

/** How a person types the command, without what follows it. */
function called(command: Command): string {
  return command.parent === null ? "./groundwork" : `${called(command.parent)} ${command.name()}`;
}

function quoted(said: string): string {
  return /'(.*)'/s.exec(said)?.[1] ?? "";
}

/** The command, and how many words lead to it. */
export function pathOf(
  program: Command,
  argv: readonly string[],
): { readonly command: Command; readonly length: number } {
  let command = program;
  let length = 0;
  for (const [index, word] of argv.entries()) {
    if (word === "--" || command.commands.length === 0) {
      break;
    }
    if (word.startsWith("-")) {
      continue;
    }
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) {
      break;
    }
    command = next;
    length = index + 1;
  }
  return { command, length };
}
