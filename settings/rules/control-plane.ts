import { overlap, parseBlock } from "../ip-blocks";
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

/** Where EKS takes services' addresses from. Source: Amazon EKS API Reference, KubernetesNetworkConfigRequest. */
const serviceRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

export const servicesHaveARangeOfTheirOwn: Rule = function* ({ cluster, newNetwork }) {
  const block = parseBlock(cluster?.serviceIpv4Cidr);
  if (block === undefined) {
    return;
  }
  const vpc = parseBlock(newNetwork?.cidrBlock);
  const text = JSON.stringify(block.toString());
  if (
    block.bitmask < 12 ||
    block.bitmask > 24 ||
    !serviceRanges.some((range) => parseBlock(range)?.contains(block))
  ) {
    yield finding("cluster", ["serviceIpv4Cidr"], {
      message: `${text} is none that EKS takes`,
      allowed: `a block from /12 to /24 inside ${serviceRanges.join(", ")}`,
    });
  } else if (vpc !== undefined && overlap(block, vpc)) {
    yield finding("cluster", ["serviceIpv4Cidr"], {
      message: `${text} shares addresses with the VPC's ${vpc.toString()}, which pods could not reach`,
      allowed: "a block outside; or nothing: EKS chooses 10.100.0.0/16 or 172.20.0.0/16",
    });
  }
};
