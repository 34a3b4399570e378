import type { Finding } from "../problem";
import { entriesOf, finding, repeated, type Rule } from "./rule";

/** Of a network that existed nobody knows the zones before AWS is asked. */
export const controlPlaneHasSubnets: Rule = function* ({ cluster, newNetwork, region }) {
  const zones = newNetwork?.availabilityZones?.slice(0, newNetwork.privateSubnets?.length);
  for (const [index, zone] of entriesOf(cluster?.controlPlaneZones)) {
    const report = (message: string, allowed: string): Finding =>
      finding("cluster", ["controlPlaneZones", index], { message, allowed });
    if (zones !== undefined && !zones.includes(zone)) {
      yield report(
        `the stack's network has no private subnet in ${zone}`,
        `zones of groundwork:network with a private subnet: ${zones.join(", ")}. A cluster that stands keeps those that it was made in`,
      );
    } else if (region !== undefined && zone.slice(0, -1) !== region) {
      yield report(`${zone} is not in ${region}`, "zones of aws:region");
    }
  }
  for (const [index, zone] of repeated(cluster?.controlPlaneZones)) {
    yield finding("cluster", ["controlPlaneZones", index], {
      message: `${JSON.stringify(zone)} is listed twice`,
      allowed: "each zone once",
    });
  }
};
