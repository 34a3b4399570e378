import { runOf, stackOf } from "../urns";
import { groundworkCommand } from "../printed-command";

/** What a refusal says of how to go on with one thing, and nothing else, on purpose. */
export interface WaysOn {
  /** It is to be deleted or replaced. */
  readonly remove: string;
  /** Its data may live shorter. */
  readonly change: string;
  /** It is to stand with fewer locks. */
  readonly unlock: string;
}

/** Every way is an approval: the gate of `groundwork` knows the call, which is printed with the refusal. */
export function waysOn(urn: string): WaysOn {
  const [explain, up] = [groundworkCommand`guard ${stackOf(urn)} explain`, runOf(urn)].map(
    (call) => `\`${call}\``,
  );
  return {
    remove:
      `To give up this one thing, and keep every other lock: approve it for a while (${explain} prints the call). The next ${up} takes its ` +
      "locks off and destroys nothing; the one after that may make this change.",
    change: `Take the change back. If it is meant: approve it for this one thing, for a while (${explain} prints the call), and run ${up}.`,
    unlock:
      `Take the change back: only what you give up loses its locks. Approve its deletion (${explain} prints the call): ` +
      `the next ${up} takes the locks off by itself.`,
  };
}
