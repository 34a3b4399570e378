import { groundworkCommand } from "../../../guard/printed-command";
import { OperationError } from "../../terminal/errors";
import { exitCodes } from "../../terminal/exit-codes";
import type { Output } from "../../terminal/output";
import type { OpenStack } from "../workspace";
import type { SealedCommand, SealedFile } from "./sealing";

/**
 * A sealed plan is all that a run does: what `up` would take over into the state first is to be taken over before it is sealed, and
 * before it is applied.
 *
 * @param found how much there is to take over.
 * @throws OperationError (3) when there is anything.
 */
export function requireSettled(stack: OpenStack, found: number): void {
  if (found > 0) {
    throw new OperationError(
      `\`${stack.call("up")}\` would first take over into the state of ${stack.name} what is named above, and a sealed plan does nothing ` +
        "besides what is in it. Call that first, and seal a plan after it. Nothing was touched.",
      exitCodes.refused,
    );
  }
}

/** Says that a plan was sealed, and how it is carried out. */
export function tellSealed(
  { name }: OpenStack,
  command: SealedCommand,
  sealed: SealedFile | undefined,
  output: Output,
): void {
  if (sealed !== undefined) {
    const { file, until } = sealed;
    const apply =
      command === "up"
        ? groundworkCommand`up ${name} --plan ${file}`
        : groundworkCommand`destroy ${name} --plan ${file}`;
    output.print(
      `\nThe plan is sealed in ${file}, and may be applied until ${until}, from this commit and state: \`${apply}\``,
    );
  }
}
