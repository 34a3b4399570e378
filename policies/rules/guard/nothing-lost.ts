import { lostResources } from "../../../guard/memory/losses";
import { stackRule } from "../../rule";

/**
 * The one rule that knows what there was before. What the engine shows of a stack was tried with 3.276.0: every resource
 * that the run ends with, in a preview too, and in a run with `--target` also those that it leaves alone; with outputs,
 * aliases already as URNs, but without the physical id. The id is where a provider has it among its outputs, as those of
 * AWS and Azure do, and is unknown where something is to be made anew. What is to be deleted is not shown: that is what is
 * missed here.
 *
 * It is not asked when something else has failed the preview, such as `protect` or a hook; nor in a destroy. In a run
 * without preview it speaks when everything is done.
 */
export const nothingLost = stackRule({
  name: "guard/nothing-lost",
  description: "Everything that held data in the last run is there after this one too.",
  why: "Protection and hooks can be edited away in the state; then a section that is taken out takes its data with it.",
  reference: "https://www.pulumi.com/docs/iac/concepts/state-and-backends/",
  check: async (resources, context) => {
    // At disposable nothing is missed, so nothing need be asked.
    if (context.level === "disposable" || context.lastState === undefined) {
      return [];
    }
    const last = await context.lastState();
    if ("problem" in last) {
      return [
        {
          urn: "",
          property: "",
          message:
            `What the last run left could not be read (\`pulumi stack export\`: ${last.problem}), so nobody can say whether ` +
            "anything would be lost. See that `pulumi` is on the PATH and the backend answers.",
        },
      ];
    }
    const present = resources.map(({ aliases = [], ...resource }) => ({ ...resource, aliases }));
    return lostResources(last.resources, present, context).map(({ urn, message }) => ({
      urn,
      property: "",
      message,
    }));
  },
});
