import { notKnown, shown, type Finding, type Wanted } from "./inputs";
import { isRecord, isUnknown, read } from "../unknown";

/** Copies of databases that name with whom they are shared. */
export const snapshotTypes: readonly string[] = [
  "aws:rds/snapshot:Snapshot",
  "aws:rds/snapshotCopy:SnapshotCopy",
  "aws:rds/clusterSnapshot:ClusterSnapshot",
  "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
];

/** No copy of a database is shared with everybody. */
export function checkSnapshotNotPublic({ inputs }: Wanted): Finding[] {
  return notForAll(read(inputs, "sharedAccounts"), "sharedAccounts", "all");
}

export const imageSharingTypes: readonly string[] = [
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
  "aws:imagebuilder/distributionConfiguration:DistributionConfiguration",
];

/** No image of a machine is for everybody: what was baked into it can be taken out of it. */
export function checkImageNotPublic({ type, inputs }: Wanted): Finding[] {
  if (type === "aws:ec2/amiLaunchPermission:AmiLaunchPermission") {
    return notForAll(read(inputs, "group"), "group", "all");
  }
  const distributions = read(inputs, "distributions");
  if (isUnknown(distributions)) {
    return [notKnown("distributions")];
  }
  return (Array.isArray(distributions) ? distributions : []).flatMap((one: unknown, index) => {
    const path = "amiDistributionConfiguration.launchPermission.userGroups";
    const property = `distributions[${index}].${path}`;
    return isRecord(one) ? notForAll(read(one, path), property, "all") : [notKnown(property)];
  });
}

export const documentTypes: readonly string[] = ["aws:ssm/document:Document"];

/** No document of Systems Manager is shared with everybody: it shows how machines are run, and with what. */
export function checkDocumentNotPublic({ inputs }: Wanted): Finding[] {
  const path = "permissions.accountIds";
  const accounts = read(inputs, path);
  // A list of accounts is text, divided by commas.
  return notForAll(
    typeof accounts === "string" && !isUnknown(accounts) ? accounts.split(/\s*,\s*/) : accounts,
    path,
    "all",
  );
}

function notForAll(found: unknown, property: string, everybody: string): Finding[] {
  const list: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (list.some(isUnknown)) {
    return [notKnown(property)];
  }
  return list.some((one) => typeof one === "string" && one.toLowerCase() === everybody)
    ? [
        {
          property,
          message: `${property} has ${everybody}, which is everybody. Name the accounts that need it.`,
        },
      ]
    : [];
}

export const functionTypes: readonly string[] = [
  "aws:lambda/functionUrl:FunctionUrl",
  "aws:lambda/permission:Permission",
];

/** Nobody calls a function without saying who calls. */
export function checkFunctionNotPublic({ type, inputs }: Wanted): Finding[] {
  if (type === "aws:lambda/functionUrl:FunctionUrl") {
    const property = "authorizationType";
    const authorization = read(inputs, property);
    if (isUnknown(authorization)) {
      return [notKnown(property)];
    }
    return authorization === "AWS_IAM"
      ? []
      : [{ property, message: `${property} is ${shown(authorization)}. Set it to AWS_IAM.` }];
  }
  const principal = read(inputs, "principal");
  if (isUnknown(principal)) {
    return [notKnown("principal")];
  }
  // Of whom it is not known yet is somebody.
  const narrowed = ["sourceArn", "sourceAccount", "principalOrgId"].some(
    (path) => read(inputs, path) !== undefined,
  );
  return principal !== "*" || narrowed
    ? []
    : [
        {
          property: "principal",
          message:
            "principal is everybody. Name who may call, or narrow it by sourceArn, sourceAccount or principalOrgId.",
        },
      ];
}

export const repositoryTypes: readonly string[] = ["aws:ecr/repository:Repository"];

/** An image that was pushed under a tag stays what it is. */
export function checkTagsImmutable({ inputs }: Wanted): Finding[] {
  const property = "imageTagMutability";
  const found = read(inputs, property);
  if (isUnknown(found)) {
    return [notKnown(property)];
  }
  return found === "IMMUTABLE" || found === "IMMUTABLE_WITH_EXCLUSION"
    ? []
    : [{ property, message: `${property} is ${shown(found)}. Set it to IMMUTABLE.` }];
}
