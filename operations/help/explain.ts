import { readFileSync } from "node:fs";
import * as path from "node:path";
import { explainSetting } from "../../settings/explain";
import type { TriedChanges } from "../../settings/change-verdicts";
import type { CommandContext } from "../terminal/command-context";
import { oneOf, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { table } from "../terminal/output";

/**
 * Says what a setting is, as docs/settings.md does.
 *
 * @throws UsageError for a name that no setting has, with those that there are.
 */
export function explain({ output, project }: CommandContext, name: string): ExitCode {
  const changes = path.join(project.directory, "schema", "changes.json");
  const found = explainSetting(name, JSON.parse(readFileSync(changes, "utf8")) as TriedChanges);
  if ("known" in found) {
    const { keys, known, near } = found;
    throw new UsageError(
      `There is no setting "${name}".${near === undefined ? "" : ` Did you mean ${[known, near].filter(Boolean).join(".")}?`}\n` +
        (keys.length === 0
          ? `${known} has none below it.`
          : `${known === "" ? "Sections" : `Below ${known}`}: ${oneOf([...keys].sort())}.`),
    );
  }
  const { about, keys, setting } = found;
  output.document({ setting, ...about, keys });
  output.printFitted(
    [
      output.colors.bold(setting),
      ...[about.description, about.allowed, about.byDefault, about.why, about.examples].filter(
        (text) => text !== undefined,
      ),
      ...(about.changed === undefined ? [] : [`Changed: ${about.changed}.`]),
      ...(keys.length === 0
        ? []
        : [
            "",
            table(
              keys.map(({ description, key }) => [
                key,
                /^.*?[.](?= |$)/s.exec(description)?.[0] ?? description,
              ]),
              "  ",
            ),
          ]),
    ].join("\n"),
  );
  return exitCodes.done;
}
