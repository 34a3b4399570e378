import { durationText, type Interruption } from "../../guard/service/interruptions";
import type { Output } from "../terminal/output";

/** A line for each, so that nobody says yes to an outage unawares. */
export function printInterruptions(interruptions: readonly Interruption[], output: Output): void {
  if (interruptions.length > 0) {
    output.printFitted();
  }
  for (const interruption of interruptions) {
    const { who, why, when } = interruption;
    output.printFitted(
      `  ${output.colors.red("interrupts")}: ${who}, ${durationText(interruption)}: ${why} (${whenText({ when })})`,
    );
  }
}

export function whenText({ when = "at once" }: Partial<Pick<Interruption, "when">>): string {
  return when === "at once" ? "takes effect at once" : when;
}
