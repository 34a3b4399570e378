import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isUnknown, read } from "../unknown";

export const keyTypes: readonly string[] = ["aws:kms/key:Key"];

/**
 * A key of KMS is rotated. Only symmetric keys that encrypt, in KMS's own store, can be; of others nothing is asked.
 * Source: AWS KMS Developer Guide, "Rotate AWS KMS keys".
 */
export function checkKeyRotated({ inputs }: Wanted): Finding[] {
  const spec = read(inputs, "customerMasterKeySpec") ?? "SYMMETRIC_DEFAULT";
  const usage = read(inputs, "keyUsage") ?? "ENCRYPT_DECRYPT";
  if (!isUnknown(spec) && spec !== "SYMMETRIC_DEFAULT") {
    return [];
  }
  if ((!isUnknown(usage) && usage !== "ENCRYPT_DECRYPT") || read(inputs, "customKeyStoreId") !== undefined) {
    return [];
  }
  return mustBeOn(inputs, "enableKeyRotation");
}

export const trailTypes: readonly string[] = ["aws:cloudtrail/trail:Trail"];

/** A trail has what happens in every region, and shows when somebody altered it. */
export function checkTrailWhole({ inputs }: Wanted): Finding[] {
  return [
    ...mustBeOn(inputs, "isMultiRegionTrail"),
    ...mustBeOn(inputs, "enableLogFileValidation"),
    ...mustBeOn(inputs, "enableLogging", true),
  ];
}

export const balancerTypes: readonly string[] = [
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:alb/loadBalancer:LoadBalancer",
];

/** An application load balancer drops headers that it and what is behind it may understand differently. */
export function checkHeadersDropped({ inputs }: Wanted): Finding[] {
  const kind = read(inputs, "loadBalancerType") ?? "application";
  return isUnknown(kind)
    ? [notKnown("loadBalancerType")]
    : kind === "application"
      ? mustBeOn(inputs, "dropInvalidHeaderFields")
      : [];
}

function mustBeOn(inputs: Wanted["inputs"], property: string, absent?: boolean): Finding[] {
  const value = read(inputs, property) ?? absent;
  if (isUnknown(value)) {
    return [notKnown(property)];
  }
  return value === true || value === "true"
    ? []
    : [{ property, message: `${property} is ${shown(value)}. Set it to true.` }];
}
