import { Argument } from "commander";
import { groundworkCommand } from "../../guard/printed-command";
import { oneOf, UsageError } from "./errors";

/** The word of a command that says what to do. Commander does not judge it, since it may stand in the stack's place. */
export class ActionArgument extends Argument {
  constructor(
    readonly actions: readonly string[],
    description = oneOf(actions),
  ) {
    super("<action>", description);
  }
}

/**
 * The two words after a command that acts on a stack, in either order: `dns check dev` and `dns dev check`.
 *
 * @throws UsageError when neither is an action that the command has.
 */
export function stackAndAction<Action extends string>(
  command: string,
  words: readonly [string, string],
  actions: readonly Action[],
): { readonly stack: string; readonly action: Action } {
  const [first, second] = words;
  const isAction = (word: string): word is Action => (actions as readonly string[]).includes(word);
  if (isAction(second)) {
    return { stack: first, action: second };
  }
  if (isAction(first)) {
    return { stack: second, action: first };
  }
  throw new UsageError(
    `\`${groundworkCommand`${command} ${first} ${second}`}\`: one of the two is the stack, the other what to do: ${oneOf(actions)}. ` +
      "Nothing was touched.",
  );
}

/** Which of the words says what to do; a stack, a role or a person of that name comes before or after it. */
export function actionOf<Action extends string>(
  command: string,
  words: readonly string[],
  actions: readonly Action[],
  stack = "",
): { readonly action: Action; readonly others: readonly string[] } {
  // Stack and role come first: a role called `list` is still reached by `STACK list status`.
  const order = words.length > 1 ? [1, 0, ...words.keys()] : [0];
  for (const index of order) {
    const action = actions.find((one) => one === words[index]);
    if (action !== undefined) {
      return { action, others: words.filter((_, at) => at !== index) };
    }
  }
  throw new UsageError(
    `\`${groundworkCommand`${[command, stack, ...words].filter((word) => word !== "")}`}\` does not say what to do: ${actions.join(", ")}. Nothing was touched.`,
  );
}
