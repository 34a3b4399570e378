import { parseBlock } from "../../../settings/ip-blocks";
import type { StackSettings } from "../../../settings/load";
import { told, type Check } from "../check";

/** AWS's own page that says from where it is asked, and nothing else. */
const mirror = "https://checkip.amazonaws.com";

/** Blocks from which whoever runs the program has to come, by setting. */
const doorsOf = ({ sections: { cluster, metalWorkers } }: StackSettings) =>
  [
    {
      setting: "groundwork:cluster.apiAccess.publicCidrBlocks",
      blocks: cluster?.apiAccess.publicCidrBlocks,
      of: "the cluster's API",
    },
    {
      setting: "groundwork:metalWorkers.ssh.allowedCidrBlocks",
      blocks: metalWorkers?.ssh.allowedCidrBlocks,
      of: "the workers' SSH",
    },
  ].flatMap(({ blocks, ...door }) => (blocks === undefined ? [] : [{ ...door, blocks }]));

/** Whether this machine's public address is let in by what a run has to reach. */
export const ownAddress: Check = async ({ ask, settings }) => {
  const doors = doorsOf(settings);
  const isOpen = doors.some(({ blocks }) => blocks.length > 0);
  const address = !isOpen || ask === undefined ? undefined : (await (await ask(mirror)).text()).trim();
  const block = parseBlock(`${address ?? ""}/32`);
  return doors.flatMap(({ blocks, of, setting }) => {
    if (blocks.length === 0) {
      const what = `${of} is reached from inside the VPC only: whether this machine is there is not known`;
      return told("not asked", what, { setting });
    }
    if (block === undefined) {
      const why = ask === undefined ? "a rehearsal asks nobody outside" : `${mirror} tells none`;
      const what = `whether ${of} lets this machine in: its public address is not known (${why})`;
      return told("not asked", what, { setting });
    }
    const what = `${of} lets in ${blocks.join(", ")}, and this machine comes from ${address ?? ""}`;
    const mend = `Come from there (VPN, runner), or add ${address ?? ""}/32`;
    return blocks.some((allowed) => parseBlock(allowed)?.contains(block) === true)
      ? []
      : told("error", what, { setting, mend });
  });
};
