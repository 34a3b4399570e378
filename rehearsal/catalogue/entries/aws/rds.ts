import type { CloudRecord } from "../../../cloud/store";
import type { CloudView, Dependant, Draft, Entries } from "../../../interpreter/entry";
import { numberOf, textOf, textsAt, type Values } from "../../../interpreter/values";
import {
  masterSecret,
  putMasterSecret,
  removeMasterSecret,
  snapshotType,
  takeFinalSnapshot,
} from "./rds-aftermath";
import { copyFits, copyIsThere, inherited } from "./rds-restore";
import { defaultPorts, defaultVersions, engineFamily, isRetired, majorOf } from "./rds-engines";
import {
  backupsStayForReplicas,
  ofItsSource,
  promoteReplicas,
  replicaCanBeMade,
  replicaHasNoNamesOfItsOwn,
  replicaLeavesNoSnapshot,
  replicasGoFirst,
  upgradeReplicas,
} from "./rds-replicas";
import {
  clusterType,
  databaseNameIsWellFormed,
  familyFits,
  finalSnapshot,
  gp3Changes,
  gp3IsMade,
  identifierIsFree,
  identifierIsWellFormed,
  includedPerformance,
  minimumStorage,
  parameterGroupType,
  passwordAtAll,
  passwordOnce,
  protectedFromDeletion,
  retention,
  sourceStays,
  storageGrows,
  subnetGroupType,
  toKey,
  toSubnetGroup,
  twoZones,
  versionIsMade,
  versionRises,
} from "./rds-rules";
import { toSecurityGroup, toSubnet } from "./network-references";

// Times: the RDS user guide names minutes; what a small instance usually takes.

const instanceType = "aws:rds/instance:Instance";

function usedBy(
  type: string,
  property: string,
  code: string,
  message: (id: string, by: string) => string,
): Dependant {
  return { type, property, code, message: ({ id }, by) => message(id, by.name) };
}

/** What an instance has of its own accord. */
function instanceOutputs(draft: Draft, cloud: CloudView): Values {
  const { inputs, random, place, id } = draft;
  const identifier = textOf(inputs, "identifier") || `terraform-${random.hex(26)}`;
  const engine = textOf(inputs, "engine");
  const version = textOf(inputs, "engineVersion") || (defaultVersions[engine] ?? "");
  const actual = /^\d+$/.test(version) ? (defaultVersions[`${engine}${version}`] ?? `${version}.1`) : version;
  const port = numberOf(inputs, "port") ?? defaultPorts[engine] ?? 3306;
  const address = `${identifier}.c${random.lower(11)}.${place.region}.rds.amazonaws.com`;
  const group = cloud.find(subnetGroupType, textOf(inputs, "dbSubnetGroupName"));
  const managed = inputs["manageMasterUserPassword"] === true;
  const included =
    inputs["storageType"] === "gp3"
      ? includedPerformance(numberOf(inputs, "allocatedStorage") ?? 0)
      : { iops: 0, storageThroughput: 0 };
  return {
    identifier,
    identifierPrefix: "",
    resourceId: id,
    address,
    port,
    endpoint: `${address}:${String(port)}`,
    hostedZoneId: place.region === "eu-west-1" ? "Z29XKXDKYMONMX" : `Z${random.upper(13)}`,
    engine,
    engineVersion: version,
    engineVersionActual: actual,
    status: "available",
    availabilityZone: textOf(inputs, "availabilityZone") || `${place.region}${random.pick(["a", "b"])}`,
    storageType: textOf(inputs, "storageType") || "gp2",
    storageThroughput: inputs["storageThroughput"] ?? included.storageThroughput,
    iops: inputs["iops"] ?? included.iops,
    backupRetentionPeriod: inputs["backupRetentionPeriod"] ?? 0,
    backupTarget: "region",
    backupWindow: textOf(inputs, "backupWindow") || "03:00-03:30",
    maintenanceWindow: textOf(inputs, "maintenanceWindow") || "sun:04:00-sun:04:30",
    caCertIdentifier: textOf(inputs, "caCertIdentifier") || "rds-ca-rsa2048-g1",
    dbSubnetGroupName: group?.id ?? (textOf(inputs, "dbSubnetGroupName") || "default"),
    engineLifecycleSupport: "open-source-rds-extended-support",
    licenseModel: engine === "postgres" ? "postgresql-license" : "general-public-license",
    databaseInsightsMode: "standard",
    networkType: "IPV4",
    parameterGroupName:
      textOf(inputs, "parameterGroupName") || `default.${engineFamily(engine, actual) ?? engine}`,
    optionGroupName: `default:${engine}-${majorOf(engine, actual).replace(".", "-")}`,
    latestRestorableTime: draft.now,
    replicas: [],
    listenerEndpoints: [],
    upgradeRolloutOrder: "second",
    multiAz: inputs["multiAz"] ?? false,
    ...inherited(inputs, cloud),
    masterUserSecrets: masterSecret(draft),
    ...ofItsSource(inputs, cloud),
    ...(managed && { masterUserSecretKmsKeyId: textOf(masterSecret(draft)[0] ?? {}, "kmsKeyId") }),
  };
}

/** At the end of a minor version's support RDS upgrades what has it, whether it may do so by itself or not. */
function forcedMinor({ outputs }: CloudRecord): Values | undefined {
  const [engine, actual] = [textOf(outputs, "engine"), textOf(outputs, "engineVersionActual")];
  const next = defaultVersions[`${engine}${majorOf(engine, actual)}`];
  if (!isRetired(engine, actual) || next === undefined) return undefined;
  const named = textOf(outputs, "engineVersion");
  return { engineVersionActual: next, ...(named.includes(".") && { engineVersion: next }) };
}

export const entries: Entries = {
  [instanceType]: {
    api: {
      service: "RDS",
      title: "RDS DB Instance",
      create: "CreateDBInstance",
      update: "ModifyDBInstance",
      delete: "DeleteDBInstance",
    },
    // The provider's id is the resource id, which outlives renaming.
    id: ({ random }) => `db-${random.base32(26)}`,
    importedBy: ["identifier"],
    outputs: instanceOutputs,
    updated: ({ inputs, outputs }): Values => {
      const version = textOf(inputs, "engineVersion");
      const actual = textOf(outputs, "engineVersionActual");
      const newer = version !== "" && actual !== version && !actual.startsWith(`${version}.`);
      const next = /^\d+$/.test(version)
        ? (defaultVersions[`${textOf(inputs, "engine")}${version}`] ?? `${version}.1`)
        : version;
      return newer ? { engineVersion: version, engineVersionActual: next } : {};
    },
    references: [
      toSubnetGroup,
      toSecurityGroup("vpcSecurityGroupIds"),
      toKey("kmsKeyId"),
      toKey("masterUserSecretKmsKeyId"),
      toKey("performanceInsightsKmsKeyId"),
      {
        property: "parameterGroupName",
        type: parameterGroupType,
        only: /^(?!default\.)/,
        code: "DBParameterGroupNotFound",
        message: (id) => `DBParameterGroup not found: ${id}`,
        status: 404,
      },
    ],
    unique: [identifierIsFree("identifier", "DBInstanceAlreadyExists", "DB instance")],
    refuseCreate: [
      passwordOnce("password"),
      passwordAtAll,
      identifierIsWellFormed,
      databaseNameIsWellFormed,
      minimumStorage,
      versionIsMade,
      gp3IsMade,
      replicaCanBeMade,
      copyIsThere,
      copyFits,
    ],
    refuseInputs: [retention, familyFits, replicaHasNoNamesOfItsOwn],
    refuseUpdate: [
      storageGrows,
      versionRises,
      replicasGoFirst,
      backupsStayForReplicas,
      sourceStays,
      gp3Changes,
    ],
    byItself: forcedMinor,
    refuseDelete: [
      protectedFromDeletion("DB Instance"),
      finalSnapshot(snapshotType, "DBSnapshotAlreadyExists"),
      replicaLeavesNoSnapshot,
    ],
    afterCreate: putMasterSecret,
    afterUpdate: upgradeReplicas,
    afterDelete: (draft, cloud) => {
      promoteReplicas(draft, cloud);
      removeMasterSecret(draft, cloud);
      takeFinalSnapshot(draft, cloud);
    },
  },

  [subnetGroupType]: {
    api: {
      service: "RDS",
      title: "RDS DB Subnet Group",
      create: "CreateDBSubnetGroup",
      update: "ModifyDBSubnetGroup",
      delete: "DeleteDBSubnetGroup",
    },
    id: ({ inputs, random }) => textOf(inputs, "name").toLowerCase() || `tf-${random.hex(26)}`,
    outputs: ({ inputs }, cloud) => {
      const [subnet = ""] = textsAt(inputs, "subnetIds");
      const found = cloud.find("aws:ec2/subnet:Subnet", subnet);
      return { supportedNetworkTypes: ["IPV4"], vpcId: textOf(found?.outputs ?? {}, "vpcId") };
    },
    references: [toSubnet("subnetIds")],
    unique: [identifierIsFree("name", "DBSubnetGroupAlreadyExists", "The DB subnet group")],
    refuseInputs: [twoZones],
    dependants: [instanceType, clusterType].map((type) =>
      usedBy(
        type,
        "dbSubnetGroupName",
        "InvalidDBSubnetGroupStateFault",
        (id, by) =>
          `Cannot delete the subnet group '${id}' because at least one database instance: ${by} is still using it.`,
      ),
    ),
  },

  [parameterGroupType]: {
    api: {
      service: "RDS",
      title: "RDS DB Parameter Group",
      create: "CreateDBParameterGroup",
      update: "ModifyDBParameterGroup",
      delete: "DeleteDBParameterGroup",
    },
    unique: [identifierIsFree("name", "DBParameterGroupAlreadyExists", "Parameter group")],
    dependants: [
      usedBy(
        instanceType,
        "parameterGroupName",
        "InvalidDBParameterGroupState",
        () =>
          "One or more database instances are still members of this parameter group, so the group cannot be deleted",
      ),
    ],
  },

  [snapshotType]: {
    api: { service: "RDS", title: "RDS DB Snapshot", create: "CreateDBSnapshot", delete: "DeleteDBSnapshot" },
    id: ({ inputs }) => textOf(inputs, "dbSnapshotIdentifier"),
    outputs: ({ inputs, id, place }, cloud) => {
      const source = cloud
        .ofType(instanceType)
        .find(({ outputs }) => outputs["identifier"] === inputs["dbInstanceIdentifier"]);
      const copied = [
        "allocatedStorage",
        "availabilityZone",
        "engine",
        "iops",
        "kmsKeyId",
        "licenseModel",
        "optionGroupName",
        "port",
        "storageType",
      ];
      return {
        ...Object.fromEntries(
          copied.flatMap((name) =>
            source?.outputs[name] === undefined ? [] : [[name, source.outputs[name]]],
          ),
        ),
        dbSnapshotArn: `arn:aws:rds:${place.region}:${place.account}:snapshot:${id}`,
        engineVersion: textOf(source?.outputs ?? {}, "engineVersionActual"),
        encrypted: source?.outputs["storageEncrypted"] ?? false,
        snapshotType: "manual",
        status: "available",
      };
    },
    references: [
      {
        property: "dbInstanceIdentifier",
        type: instanceType,
        by: "identifier",
        code: "DBInstanceNotFound",
        message: (id) => `DBInstance ${id} not found.`,
        status: 404,
      },
    ],
  },
};
