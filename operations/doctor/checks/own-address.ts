import { parseBlock } from "../../../settings/ip-blocks";
import type { StackSettings } from "../../../settings/load";
import type { Check, Finding } from "../check";

/** AWS's own page that says from where it is asked, and nothing else. */
const mirror = "https://checkip.amazonaws.com";

/** Blocks from which whoever runs the program has to come, by setting. */
function doorsOf({
  sections,
}: StackSettings): readonly (readonly [setting: string, blocks: readonly string[], of: string])[] {
  const { cluster, metalWorkers } = sections;
  return [
    ...(cluster === undefined
      ? []
      : [
          [
            "groundwork:cluster.apiAccess.publicCidrBlocks",
            cluster.apiAccess.publicCidrBlocks,
            "the cluster's API",
          ] as const,
        ]),
    ...(metalWorkers?.ssh.allowedCidrBlocks === undefined
      ? []
      : [
          [
            "groundwork:metalWorkers.ssh.allowedCidrBlocks",
            metalWorkers.ssh.allowedCidrBlocks,
            "the workers' SSH",
          ] as const,
        ]),
  ];
}

/** Whether this machine's public address is let in by what a run has to reach. */
export const ownAddress: Check = async ({ ask, settings }) => {
  const doors = doorsOf(settings);
  const closed = doors.filter(([, blocks]) => blocks.length === 0);
  const open = doors.filter(([, blocks]) => blocks.length > 0);
  const inside = closed.map(([setting, , of]): Finding => ({
    severity: "not asked",
    what: `${of} is reached from inside the VPC only: whether this machine is there is not known`,
    setting,
  }));
  if (open.length === 0) {
    return inside;
  }
  const address = ask === undefined ? undefined : (await (await ask(mirror)).text()).trim();
  const block = parseBlock(`${address ?? ""}/32`);
  return [
    ...inside,
    ...open.flatMap(([setting, blocks, of]): readonly Finding[] => {
      if (block === undefined) {
        const why = ask === undefined ? "a rehearsal asks nobody outside" : `${mirror} tells none`;
        const what = `whether ${of} lets this machine in: its public address is not known (${why})`;
        return [{ severity: "not asked", what, setting }];
      }
      return blocks.some((allowed) => parseBlock(allowed)?.contains(block) === true)
        ? []
        : [
            {
              severity: "error",
              what: `${of} lets in ${blocks.join(", ")}, and this machine comes from ${address ?? ""}`,
              setting,
              mend: `Come from there (VPN, runner), or add ${address ?? ""}/32`,
            },
          ];
    }),
  ];
};
