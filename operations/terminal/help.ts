import { Help, type Command, type HelpConfiguration, type Option } from "commander";
import { commandHelp, groups } from "./command-help";

/** Gives each command what its help says besides: own options first, examples, and the page that says more. */
export function addHelp(program: Command): void {
  // The list of commands has them by name alone: with their arguments, 80 columns leave no room for what they do.
  program.configureHelp({
    ...style,
    subcommandTerm: (command) => command.name(),
    visibleCommands: (command) => inOrder(new Help().visibleCommands(command)),
  });
  for (const command of commandsBelow(program)) {
    const help = commandHelp[wordsOf(command)];
    command.configureHelp({ ...style, visibleOptions: ownFirst });
    if (help === undefined) {
      continue;
    }
    command.summary(help.summary ?? "");
    if (help.group !== undefined) {
      command.helpGroup(help.group);
    }
    command.addHelpText("after", ({ command: { parent } }) => (parent === null ? "" : textOf(help)));
  }
  program.commandsGroup("Help:").helpCommand("help [command]", "the help of a command");
}

const style: HelpConfiguration = {
  minWidthToWrap: 20,
  // Groups in the order in which they are shown, and not in that in which the code has made them.
  groupItems: (_, visible, groupOf) => new Help().groupItems(visible, visible, groupOf),
};

function textOf({
  examples,
  page,
}: {
  readonly examples: readonly (readonly [string, string])[];
  readonly page: string;
}): string {
  const lines = examples.map(([call, what]) => `  ${call}\n      ${what}`);
  return [...(lines.length === 0 ? [] : ["", "Examples:", ...lines]), "", `More: ${page}`].join("\n");
}

/** What a person types to call it, without the launcher. */
export function wordsOf(command: Command): string {
  return command.parent === null ? "" : `${wordsOf(command.parent)} ${command.name()}`.trim();
}

/** Every command, also those below another. */
export function commandsBelow(command: Command): readonly Command[] {
  return command.commands.flatMap((one) => [one, ...commandsBelow(one)]);
}

/** The options that every command takes are in a group, and come last. */
function ownFirst(command: Command): Option[] {
  const all = new Help().visibleOptions(command);
  const isOwn = ({ helpGroupHeading }: Option): boolean => helpGroupHeading === undefined;
  return [...all.filter(isOwn), ...all.filter((option) => !isOwn(option))];
}

function inOrder(commands: Command[]): Command[] {
  const at = (command: Command): number => groups.findIndex((group) => group === command.helpGroup());
  return commands.sort((a, b) => at(a) - at(b));
}
