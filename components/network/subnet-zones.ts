import * as pulumi from "@pulumi/pulumi";
import { getSubnetOutput } from "@pulumi/aws/ec2/getSubnet";

/** The zone of each subnet, in their order. AWS is asked where the stack's network does not know them. */
export function zonesOfSubnets(
  subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>,
  known: readonly string[] | undefined,
  parent: pulumi.Resource,
): pulumi.Output<readonly string[]> {
  return known === undefined
    ? pulumi
        .output(subnetIds)
        .apply((ids) => pulumi.all(ids.map((id) => getSubnetOutput({ id }, { parent }).availabilityZone)))
    : pulumi.output([...known]);
}
