import type { CloudRecord } from "../../../cloud/store";
import type { CloudHands, CloudView, Draft, InputRule, Rule, UpdateRule } from "../../../interpreter/entry";
import { numberOf, textOf, type Values } from "../../../interpreter/values";
import { compareVersions, engineFamily, majorOf } from "./rds-engines";

// Read replicas of an RDS instance in the region of their source. Sources, where a rule names none: the RDS API reference
// (CreateDBInstanceReadReplica, DeleteDBInstance) and the user guide, "Working with DB instance read replicas".

const instanceType = "aws:rds/instance:Instance";

/** "You can create up to 15 read replicas from one source DB instance." */
const mostReplicas = 15;

const sourceOf = (inputs: Values): string => textOf(inputs, "replicateSourceDb");

const named = (cloud: CloudView, identifier: string): CloudRecord | undefined =>
  cloud.ofType(instanceType).find(({ outputs }) => outputs["identifier"] === identifier);

/** What follows an instance. Of a replica that was promoted beside the program the outputs say so. */
function replicasOf(cloud: CloudView, identifier: string): readonly CloudRecord[] {
  return cloud
    .ofType(instanceType)
    .filter(({ outputs }) => identifier !== "" && sourceOf(outputs) === identifier);
}

/** Source: the provider's rds/instance.go, ConflictsWith of both. */
export const replicaHasNoNamesOfItsOwn: InputRule = (inputs) => {
  const given = ["dbName", "username"].find((name) => textOf(inputs, name) !== "");
  if (sourceOf(inputs) === "" || given === undefined) return undefined;
  const message = `Conflicting configuration arguments: "replicate_source_db": conflicts with ${given}`;
  return { code: "ConflictsWith", message, byProvider: true };
};

/** Sources: cloudposse/terraform-aws-rds-replica issue 2 (the group of subnets), and RDS's answer to a source without backups. */
export const replicaCanBeMade: Rule = ({ inputs }, cloud) => {
  const name = sourceOf(inputs);
  if (name === "" || name.startsWith("arn:")) return undefined;
  const source = named(cloud, name);
  if (source === undefined) {
    return { code: "DBInstanceNotFound", message: `DBInstance ${name} not found.`, status: 404 };
  }
  if (textOf(inputs, "dbSubnetGroupName") !== "") {
    return {
      code: "DBSubnetGroupNotAllowedFault",
      message:
        "DbSubnetGroupName should not be specified for read replicas that are created in the same region as the master",
    };
  }
  if ((numberOf(source.outputs, "backupRetentionPeriod") ?? 0) === 0) {
    return {
      code: "InvalidDBInstanceState",
      message:
        "Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set " +
        "the backup retention period to a non-zero value.",
    };
  }
  return replicasOf(cloud, name).length < mostReplicas
    ? undefined
    : { code: "InstanceQuotaExceeded", message: `DB instance ${name} already has 15 read replicas.` };
};

/** What a replica has of its source: everything but what is said of itself, and no backups. */
export function ofItsSource(inputs: Values, cloud: CloudView): Values {
  const source = named(cloud, sourceOf(inputs));
  if (source === undefined) return {};
  const taken = [
    "allocatedStorage",
    "dbName",
    "dbSubnetGroupName",
    "engine",
    "engineVersion",
    "engineVersionActual",
    "kmsKeyId",
    "port",
    "storageEncrypted",
    "username",
  ];
  const unlessSaid = ["parameterGroupName"].filter((name) => inputs[name] === undefined);
  return {
    ...Object.fromEntries([...taken, ...unlessSaid].map((name) => [name, source.outputs[name] ?? null])),
    backupRetentionPeriod: inputs["backupRetentionPeriod"] ?? 0,
  };
}

/** The versions on their way up: the replicas' minor ones first, and a major one by the source alone. */
export const replicasGoFirst: UpdateRule = ({ inputs, outputs }, wanted, cloud) => {
  const want = textOf(wanted, "engineVersion");
  const had = textOf(outputs, "engineVersionActual");
  if (!want.includes(".") || had === want) return undefined;
  const isMajor = majorOf("postgres", want) !== majorOf("postgres", had);
  if (sourceOf(inputs) !== "") {
    // Source: "You can't upgrade read replicas separately", soylu.org's and AWS's guides to major upgrades.
    return isMajor
      ? {
          code: "InvalidParameterCombination",
          message: "Read replicas cannot be upgraded to another major version.",
        }
      : undefined;
  }
  const behind = replicasOf(cloud, textOf(outputs, "identifier")).filter(
    (replica) => compareVersions(textOf(replica.outputs, "engineVersionActual"), want) < 0,
  );
  // Source: aws/aws-cdk issue 26755.
  return isMajor || behind.length === 0
    ? undefined
    : {
        code: "InvalidParameterCombination",
        message: `One or more of the DB Instance's read replicas need to be upgraded: ${behind.map(({ outputs: of }) => textOf(of, "identifier")).join(", ")}`,
      };
};

export const backupsStayForReplicas: UpdateRule = ({ outputs }, wanted, cloud) =>
  wanted["backupRetentionPeriod"] === 0 && replicasOf(cloud, textOf(outputs, "identifier")).length > 0
    ? {
        code: "InvalidParameterCombination",
        message: "Backups cannot be disabled for an instance that has read replicas.",
      }
    : undefined;

/** Source: hashicorp/terraform-provider-aws issue 4276. */
export const replicaLeavesNoSnapshot: Rule = ({ inputs, outputs }, cloud) =>
  sourceOf(named(cloud, textOf(outputs, "identifier"))?.outputs ?? {}) !== "" &&
  inputs["skipFinalSnapshot"] !== true &&
  textOf(inputs, "finalSnapshotIdentifier") !== ""
    ? {
        code: "InvalidParameterCombination",
        message: "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance",
      }
    : undefined;

/** "If you upgrade a DB instance that has in-Region read replicas, Amazon RDS upgrades the replicas along with the primary." */
export function upgradeReplicas({ outputs }: Draft, cloud: CloudHands): void {
  const actual = textOf(outputs, "engineVersionActual");
  for (const replica of replicasOf(cloud, textOf(outputs, "identifier"))) {
    const had = textOf(replica.outputs, "engineVersionActual");
    if (majorOf("postgres", had) !== majorOf("postgres", actual)) {
      // What group of parameters it has then is not said anywhere; the version's own is the least.
      const parameterGroupName = `default.${engineFamily("postgres", actual) ?? ""}`;
      const now = {
        engineVersion: outputs["engineVersion"] ?? "",
        engineVersionActual: actual,
        parameterGroupName,
      };
      cloud.keep({ ...replica, outputs: { ...replica.outputs, ...now } });
    }
  }
}

/** "If you delete the source without its read replicas, each becomes a DB instance of its own." */
export function promoteReplicas({ outputs }: Draft, cloud: CloudHands): void {
  for (const replica of replicasOf(cloud, textOf(outputs, "identifier"))) {
    const rest = Object.fromEntries(
      Object.entries(replica.outputs).filter(([name]) => name !== "replicateSourceDb"),
    );
    cloud.keep({ ...replica, outputs: rest });
  }
}
