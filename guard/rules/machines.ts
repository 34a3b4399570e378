import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isUnknown, read } from "../unknown";

/** Types that say how a machine's metadata may be asked for. */
export const metadataTypes: readonly string[] = [
  "aws:ec2/instance:Instance",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/launchConfiguration:LaunchConfiguration",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
  // Of the machines that images are built on.
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
];

/**
 * Metadata of a machine, its role's credentials among it, is given out only for a token (IMDSv2): a request that
 * somebody talks a service on the machine into making then gets none.
 */
export function checkMetadataTokens({ type, inputs }: Wanted): Finding[] {
  const options = type.startsWith("aws:imagebuilder/") ? "instanceMetadataOptions" : "metadataOptions";
  const property = `${options}.httpTokens`;
  if (read(inputs, "metadataOptions.httpEndpoint") === "disabled") {
    return [];
  }
  const value = read(inputs, property);
  if (isUnknown(value)) {
    return [notKnown(property)];
  }
  // A machine of a template takes what the template says; the template is checked.
  if (value === undefined && read(inputs, "launchTemplate") !== undefined) {
    return [];
  }
  return value === "required"
    ? []
    : [
        {
          property,
          message: `${property} is ${shown(value)}. Set it to required (IMDSv2).`,
        },
      ];
}
