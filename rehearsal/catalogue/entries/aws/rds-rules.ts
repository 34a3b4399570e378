import type { InputRule, Reference, Rule, Unique, UpdateRule } from "../../../interpreter/entry";
import { numberOf, textOf, textsAt } from "../../../interpreter/values";
import { lockedBy, nameIsFree } from "./common-rules";
import { engineFamily, majorOf } from "./rds-engines";

// Error codes and limits: the RDS API reference (CreateDBInstance, ModifyDBInstance, DeleteDBInstance) and "Quotas and
// constraints for Amazon RDS".

export const subnetGroupType = "aws:rds/subnetGroup:SubnetGroup";
export const parameterGroupType = "aws:rds/parameterGroup:ParameterGroup";
export const clusterType = "aws:rds/cluster:Cluster";

export const toSubnetGroup: Reference = {
  property: "dbSubnetGroupName",
  type: subnetGroupType,
  code: "DBSubnetGroupNotFoundFault",
  message: (id) => `DBSubnetGroup not found: ${id}`,
  only: /^(?!default$)/,
  status: 404,
};

export const toKey = (property: string): Reference => ({
  property,
  type: "aws:kms/key:Key",
  by: "arn",
  only: /:key\//,
  code: "KMSKeyNotAccessibleFault",
  message: (id) =>
    `The specified KMS key [${id}] does not exist, is not enabled or you do not have permissions to access it.`,
});

/** Also of what is renamed: names are unique in an account and region, whatever made them. */
export function identifierIsFree(property: string, code: string, what: string): Unique {
  return nameIsFree(property, { code, message: () => `${what} already exists` });
}

export const identifierIsWellFormed: Rule = ({ inputs }) => {
  const name = textOf(inputs, "identifier");
  if (name === "" || (/^[a-z](?!.*--)[a-z0-9-]{0,61}[a-z0-9]$|^[a-z]$/.test(name) && name.length <= 63))
    return undefined;
  return {
    code: "InvalidParameterValue",
    message:
      `The parameter DBInstanceIdentifier is not a valid identifier. Identifiers must begin with a letter; must ` +
      "contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
  };
};

export const passwordOnce =
  (property: string): Rule =>
  ({ inputs }) => {
    if (inputs["manageMasterUserPassword"] !== true || textOf(inputs, property) === "") return undefined;
    const message = `Conflicting configuration arguments: "manage_master_user_password": conflicts with ${property}`;
    return { code: "ConflictsWith", message, byProvider: true };
  };

export const passwordAtAll: Rule = ({ inputs }) => {
  const inherited = ["replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime", "s3Import"];
  const given =
    inputs["manageMasterUserPassword"] === true ||
    textOf(inputs, "password") + textOf(inputs, "passwordWo") !== "";
  if (given || inherited.some((name) => inputs[name] !== undefined)) return undefined;
  return {
    code: "InvalidParameterValue",
    message: "The parameter MasterUserPassword must be provided and must not be blank.",
  };
};

export const retention: InputRule = (inputs) => {
  const days = numberOf(inputs, "backupRetentionPeriod") ?? 0;
  if (days >= 0 && days <= 35) return undefined;
  const message = `Invalid backup retention period: ${String(days)}. Retention period must be between 0 and 35.`;
  return { code: "InvalidParameterValue", message };
};

export const minimumStorage: Rule = ({ inputs }) => {
  const size = numberOf(inputs, "allocatedStorage");
  const type = textOf(inputs, "storageType");
  // General purpose and provisioned: 20 and 100 GiB; gp3 of PostgreSQL 20, magnetic 5.
  const least = type === "standard" ? 5 : type.startsWith("io") ? 100 : 20;
  if (size === undefined || size >= least) return undefined;
  const message = `Invalid storage size for engine name ${textOf(inputs, "engine")} and storage type ${type || "gp2"}: ${String(size)}`;
  return { code: "InvalidParameterCombination", message };
};

export const familyFits: InputRule = (inputs, cloud) => {
  const name = textOf(inputs, "parameterGroupName");
  const [engine, version] = [textOf(inputs, "engine"), textOf(inputs, "engineVersion")];
  const group = cloud.find(parameterGroupType, name);
  const wanted = engine === "" || version === "" ? undefined : engineFamily(engine, version);
  const family = textOf(group?.inputs ?? {}, "family");
  if (!group || wanted === undefined || family === wanted) return undefined;
  return {
    code: "InvalidParameterCombination",
    message:
      `The parameter group ${name} with DBParameterGroupFamily ${family} can't be used for this instance. ` +
      `Please use a parameter group with DBParameterGroupFamily ${wanted}.`,
  };
};

export const storageGrows: UpdateRule = ({ outputs }, wanted) => {
  const [had, want] = [numberOf(outputs, "allocatedStorage"), numberOf(wanted, "allocatedStorage")];
  if (had === undefined || want === undefined || want >= had) return undefined;
  return {
    code: "InvalidParameterCombination",
    message: `Requested storage size (${String(want)}) cannot be less than the current storage size (${String(had)}).`,
  };
};

export const versionRises: UpdateRule = ({ inputs, outputs }, wanted) => {
  const engine = textOf(wanted, "engine") || textOf(inputs, "engine");
  const want = textOf(wanted, "engineVersion");
  const had = textOf(outputs, "engineVersionActual") || textOf(outputs, "engineVersion");
  if (want === "" || had === "" || had === want || had.startsWith(`${want}.`)) return undefined;
  if (compareVersions(want, had) < 0) {
    return {
      code: "InvalidParameterCombination",
      message: `Cannot upgrade ${engine} from ${had} to ${want}`,
    };
  }
  if (majorOf(engine, want) !== majorOf(engine, had) && wanted["allowMajorVersionUpgrade"] !== true) {
    return {
      code: "InvalidParameterCombination",
      message: "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    };
  }
  return undefined;
};

/** RDS's own lock. */
export function protectedFromDeletion(what: string): Rule {
  return lockedBy("deletionProtection", {
    code: "InvalidParameterCombination",
    message: () => `Cannot delete protected ${what}, please disable deletion protection and try again.`,
  });
}

/** Deleting asks for a last snapshot, unless it was told in an earlier run that there shall be none. */
export function finalSnapshot(snapshot: string, code: string): Rule {
  return ({ type, inputs }, cloud) => {
    if (inputs["skipFinalSnapshot"] === true) return undefined;
    const name = textOf(inputs, "finalSnapshotIdentifier");
    if (name === "") {
      const property = "final_snapshot_identifier is required when skip_final_snapshot is false";
      return { code: "MissingFinalSnapshot", message: property, byProvider: true };
    }
    if (!cloud.find(snapshot, name)) return undefined;
    const what = type === clusterType ? "DBClusterSnapshot" : "DBSnapshot";
    const message = `Cannot create the snapshot because a snapshot with the identifier ${name} already exists. (${what})`;
    return { code, message };
  };
}

export const twoZones: InputRule = (inputs, cloud) => {
  const zones = new Set<string>();
  for (const id of textsAt(inputs, "subnetIds")) {
    const subnet = cloud.find("aws:ec2/subnet:Subnet", id);
    // One that is not there is another rule's business.
    if (!subnet) return undefined;
    zones.add(textOf(subnet.outputs, "availabilityZone"));
  }
  if (zones.size >= 2) return undefined;
  return {
    code: "DBSubnetGroupDoesNotCoverEnoughAZs",
    message:
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: " +
      `${[...zones].join(", ")}. Add subnets to cover at least 2 AZs.`,
  };
};

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
