import type { InputRule, Reference, Refusal, Rule, Unique, UpdateRule } from "../../../interpreter/entry";
import { numberOf, textOf, textsAt, type Values } from "../../../interpreter/values";
import { lockedBy, nameIsFree } from "./common-rules";
import { compareVersions, defaultVersions, engineFamily, isRetired, majorOf, reaches } from "./rds-engines";

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

/** Of PostgreSQL. Source: RDS's answer, quoted in terraform-aws-modules/terraform-aws-rds issue 475; CreateDBInstance, DBName. */
export const databaseNameIsWellFormed: Rule = ({ inputs }) => {
  const name = textOf(inputs, "dbName");
  if (textOf(inputs, "engine") !== "postgres" || name === "" || /^[A-Za-z]\w{0,62}$/.test(name))
    return undefined;
  const message = "DBName must begin with a letter and contain only alphanumeric characters.";
  return { code: "InvalidParameterValue", message };
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

/** From here on RDS stripes gp3 of PostgreSQL over four volumes. */
const stripedFrom = 400;

/** What gp3 includes at a size. Source: "gp3 storage" in the RDS user guide. */
export function includedPerformance(size: number): {
  readonly iops: number;
  readonly storageThroughput: number;
} {
  return size >= stripedFrom
    ? { iops: 12_000, storageThroughput: 500 }
    : { iops: 3_000, storageThroughput: 125 };
}

function refusedPerformance(inputs: Values, iops: number | undefined): Refusal | undefined {
  const [engine, size] = [textOf(inputs, "engine"), numberOf(inputs, "allocatedStorage") ?? 0];
  const message =
    size < stripedFrom
      ? `You can't specify IOPS or storage throughput for engine ${engine} and a storage size less than ${String(stripedFrom)}.`
      : iops !== undefined && (iops < 12_000 || iops > 64_000)
        ? `Invalid iops value for engine name ${engine} and storage type gp3: ${String(iops)}`
        : undefined;
  return message === undefined ? undefined : { code: "InvalidParameterCombination", message };
}

const isGp3OfPostgres = (inputs: Values): boolean =>
  textOf(inputs, "engine") === "postgres" && textOf(inputs, "storageType") === "gp3";

export const gp3IsMade: Rule = ({ inputs }) => {
  const given = [inputs["iops"], inputs["storageThroughput"]].some((value) => value !== undefined);
  return isGp3OfPostgres(inputs) && given ? refusedPerformance(inputs, numberOf(inputs, "iops")) : undefined;
};

/**
 * The provider sends the operations that there were, where the program names none and the storage is not below the bound. Source:
 * hashicorp/terraform-provider-aws issue 28382 (open) and pull request 28243, with RDS's answers.
 */
export const gp3Changes: UpdateRule = ({ inputs, outputs }, wanted) => {
  const all = { ...inputs, ...wanted };
  const changes = (name: string): boolean => {
    const value = wanted[name];
    return value !== undefined && value !== (outputs[name] ?? inputs[name]);
  };
  if (!isGp3OfPostgres(all)) return undefined;
  const names = changes("iops") || changes("storageThroughput");
  const isLarge = (numberOf(all, "allocatedStorage") ?? 0) >= stripedFrom;
  const sends = names || (isLarge && (changes("allocatedStorage") || changes("storageType")));
  return sends ? refusedPerformance(all, numberOf(wanted, "iops") ?? numberOf(outputs, "iops")) : undefined;
};

/** Source: CreateDBInstance's answer in tryretool/terraform-retool-modules issue 70, and many like it. */
export const versionIsMade: Rule = ({ inputs }) => {
  const [engine, version] = [textOf(inputs, "engine"), textOf(inputs, "engineVersion")];
  // What comes from a snapshot or another instance is upgraded on the way.
  const copied = ["replicateSourceDb", "snapshotIdentifier", "restoreToPointInTime"];
  if (!isRetired(engine, version) || copied.some((name) => inputs[name] !== undefined)) return undefined;
  return { code: "InvalidParameterCombination", message: `Cannot find version ${version} for ${engine}` };
};

export const versionRises: UpdateRule = ({ inputs, outputs }, wanted) => {
  const engine = textOf(wanted, "engine") || textOf(inputs, "engine");
  const want = textOf(wanted, "engineVersion");
  const had = textOf(outputs, "engineVersionActual") || textOf(outputs, "engineVersion");
  if (want === "" || had === "" || had === want || had.startsWith(`${want}.`)) return undefined;
  const isMajor = majorOf(engine, want) !== majorOf(engine, had);
  const isOnlyMajor = engine === "postgres" && /^\d+$/.test(want);
  const target = isOnlyMajor ? (defaultVersions[`postgres${want}`] ?? want) : want;
  const isBehind = compareVersions(want, had) < 0;
  if (!isMajor && (isBehind || isRetired(engine, want))) {
    // Source: CDCgov/dibbs-query-connector pull request 961.
    return {
      code: "InvalidParameterCombination",
      message: `Cannot find upgrade path from ${had} to ${want}.`,
    };
  }
  if (
    isBehind ||
    (isMajor && engine === "postgres" && (isRetired(engine, target) || !reaches(had, target)))
  ) {
    return {
      code: "InvalidParameterCombination",
      message: `Cannot upgrade ${engine} from ${had} to ${target}`,
    };
  }
  if (isMajor && wanted["allowMajorVersionUpgrade"] !== true) {
    return {
      code: "InvalidParameterCombination",
      message: "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    };
  }
  return undefined;
};

/** A replica is promoted by taking its source away, and gets no other one; a standing database becomes no replica. */
export const sourceStays: UpdateRule = ({ inputs }, wanted) => {
  const want = textOf(wanted, "replicateSourceDb");
  if (want === "" || want === textOf(inputs, "replicateSourceDb")) return undefined;
  const message = "cannot elect new source database for replication";
  return { code: "NewSource", message, byProvider: true };
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
