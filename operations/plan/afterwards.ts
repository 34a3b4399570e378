import { groundworkCommand } from "../../guard/printed-command";
import { count } from "../terminal/output";
import { sectionOf } from "./setting-paths";
import type { Plan } from "./plan";
import type { OpenStack } from "./workspace";

/**
 * What is still to be done by hand when a plan has been carried out: machines of fleets that go on with what they booted with until
 * somebody rolls them. Sentences, each with its command.
 */
export function afterwards(
  { name, settings }: Pick<OpenStack, "name" | "settings">,
  plan: Plan,
): readonly string[] {
  const roles = Object.keys(settings.sections.fleets ?? {});
  return roles.flatMap((role) => {
    const isOf = ({ urn, name: of }: { readonly urn: string; readonly name: string }): boolean =>
      sectionOf(urn) === "fleets" && of === `fleets-${role}`;
    const template = plan.outcome.find(
      (step) => step.type === "aws:ec2/launchTemplate:LaunchTemplate" && isOf(step),
    );
    // Other attributes than what is in the version, such as tags of the template itself, change no machine.
    const isNewVersion =
      template?.op === "update" && template.paths.some((path) => !/^tags(All)?\b/.test(path));
    const group = plan.steps.find((step) => step.type === "aws:autoscaling/group:Group" && isOf(step));
    const machines = group?.old?.outputs.desiredCapacity;
    if (!isNewVersion || machines === 0 || group?.op === "replace") {
      return [];
    }
    const what = typeof machines === "number" ? count(machines, "machine") : "machines";
    return [
      `\`${groundworkCommand`fleet ${name} roll ${role}`}\` replaces the ${what} of ${role}; until then they run as they booted.`,
    ];
  });
}
