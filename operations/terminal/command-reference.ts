import type { Command } from "commander";
import { commandHelp, groups } from "./command-help";
import { wordsOf } from "./help";

/** A command as `--help --json` and docs/commands.md have it. */
export interface CommandReference {
  readonly command: string;
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly Described[];
  readonly options: readonly Described[];
  readonly examples: readonly { readonly call: string; readonly what: string }[];
  /** The page that says more; "" for the program itself. */
  readonly page: string;
  /** Those below it. */
  readonly commands: readonly string[];
}

interface Described {
  readonly name: string;
  readonly description: string;
}

/** What the code says of a command. */
export function referenceOf(command: Command): CommandReference {
  const words = wordsOf(command);
  const { examples = [], page = "" } = commandHelp[words] ?? {};
  const help = command.createHelp();
  return {
    command: words,
    usage: help.commandUsage(command),
    description: command.description(),
    arguments: help
      .visibleArguments(command)
      .map((one) => ({ name: one.name(), description: help.argumentDescription(one) })),
    options: help
      .visibleOptions(command)
      .map((one) => ({ name: one.flags, description: help.optionDescription(one) })),
    examples: examples.map(([call, what]) => ({ call, what })),
    page,
    commands: help.visibleCommands(command).map((one) => one.name()),
  };
}

/** docs/commands.md: each command with its arguments, options and examples. Options that all of them take are said once. */
export function commandsPage(program: Command): string {
  const ofGroup = (group: string): readonly Command[] =>
    program.commands
      .filter((one) => one.helpGroup() === group)
      .flatMap((one) => (one.commands.length === 0 ? [one] : one.commands));
  const everywhere = (ofGroup(groups[0])[0] as Command).options.filter(
    ({ helpGroupHeading }) => helpGroupHeading !== undefined,
  );
  return [
    "<!-- Made from operations/ by `npm run commands:update`. Change descriptions and examples there. -->",
    "# Commands",
    "Every command is `./groundwork COMMAND STACK …`. `./groundwork COMMAND --help` says the same as this page, with `--json` as a document. " +
      "Each takes these options:",
    list(everywhere.map((one) => ({ name: one.flags, description: one.description }))),
    ...groups.flatMap((group) => [`## ${group.replace(":", "")}`, ...ofGroup(group).map(sectionOf)]),
  ].join("\n\n");
}

function sectionOf(command: Command): string {
  const { arguments: words, description, examples, page, usage } = referenceOf(command);
  const own = command.options.filter(({ helpGroupHeading }) => helpGroupHeading === undefined);
  const more =
    page === "docs/commands.md"
      ? ""
      : `More: [${page.replace(/^docs\//, "")}](${page.replace(/^docs\//, "")})`;
  return [
    `### ${wordsOf(command)}`,
    `Usage: \`${usage.replace(/^groundwork [^[<]*/, "")}\``,
    `${description.charAt(0).toUpperCase()}${description.slice(1)}.`,
    list([...words, ...own.map((one) => ({ name: one.flags, description: one.description }))]),
    ["```", ...examples.flatMap(({ call, what }) => [`# ${what}`, call]), "```"].join("\n"),
    more,
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function list(entries: readonly Described[]): string {
  return entries.map(({ description, name }) => `- \`${name}\`: ${description}`).join("\n");
}
