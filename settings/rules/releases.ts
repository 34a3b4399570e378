import type { Finding, Path } from "../problem";
import type { RuleInput, Verdict } from "./rule";

/** What machines run is said once: by an image of their own, by a release of their own, or by that of the stack. */
export function* chosenRelease(
  { releases }: RuleInput,
  machines: object,
  image: string,
  at: (path: Path, verdict: Verdict) => Finding,
): Iterable<Finding> {
  if ("amazonLinuxRelease" in machines || image in machines || "amazonLinux" in (releases ?? {})) {
    return;
  }
  yield at(["amazonLinuxRelease"], {
    message: `neither amazonLinuxRelease nor ${image} says what the machines run`,
    allowed:
      "a release of Amazon Linux 2023, best once for all machines: amazonLinux in groundwork:releases; or an image of your own",
  });
}
