import type { Entries } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";
import {
  clusterSnapshotType,
  masterSecret,
  putMasterSecret,
  removeMasterSecret,
  takeFinalSnapshot,
} from "./rds-aftermath";
import { defaultPorts, defaultVersions } from "./rds-engines";
import {
  clusterType,
  finalSnapshot,
  identifierIsFree,
  passwordOnce,
  protectedFromDeletion,
  retention,
  toKey,
  toSubnetGroup,
  versionRises,
} from "./rds-rules";
import { toSecurityGroup } from "./network-references";

const clusterInstanceType = "aws:rds/clusterInstance:ClusterInstance";

export const entries: Entries = {
  [clusterType]: {
    api: {
      service: "RDS",
      title: "RDS Cluster",
      create: "CreateDBCluster",
      update: "ModifyDBCluster",
      delete: "DeleteDBCluster",
    },
    id: ({ inputs, random }) => textOf(inputs, "clusterIdentifier") || `tf-${random.hex(26)}`,
    outputs: (draft) => {
      const { inputs, random, place, id } = draft;
      const engine = textOf(inputs, "engine");
      const version = textOf(inputs, "engineVersion") || (defaultVersions[engine] ?? "");
      const suffix = `cluster-c${random.lower(11)}.${place.region}.rds.amazonaws.com`;
      return {
        clusterIdentifier: id,
        clusterResourceId: `cluster-${random.base32(26)}`,
        endpoint: `${id}.${suffix}`,
        readerEndpoint: `${id}.${suffix.replace("cluster-", "cluster-ro-")}`,
        engineVersion: version,
        engineVersionActual: version,
        port: inputs["port"] ?? defaultPorts[engine] ?? 3306,
        availabilityZones: ["a", "b", "c"].map((letter) => place.region + letter),
        clusterMembers: [],
        masterUserSecrets: masterSecret(draft),
      };
    },
    references: [toSubnetGroup, toSecurityGroup("vpcSecurityGroupIds"), toKey("kmsKeyId")],
    unique: [identifierIsFree("clusterIdentifier", "DBClusterAlreadyExistsFault", "DB Cluster")],
    refuseCreate: [passwordOnce("masterPassword")],
    refuseInputs: [retention],
    refuseUpdate: [versionRises],
    refuseDelete: [
      protectedFromDeletion("Cluster"),
      finalSnapshot(clusterSnapshotType, "DBClusterSnapshotAlreadyExistsFault"),
    ],
    dependants: [
      {
        type: clusterInstanceType,
        property: "clusterIdentifier",
        code: "InvalidDBClusterStateFault",
        message: () => "Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
      },
    ],
    afterCreate: putMasterSecret,
    afterDelete: (draft, cloud) => {
      removeMasterSecret(draft, cloud);
      takeFinalSnapshot(draft, cloud);
    },
  },

  [clusterInstanceType]: {
    api: {
      service: "RDS",
      title: "RDS Cluster Instance",
      create: "CreateDBInstance",
      update: "ModifyDBInstance",
      delete: "DeleteDBInstance",
    },
    id: ({ inputs, random }) => textOf(inputs, "identifier") || `tf-${random.hex(26)}`,
    references: [
      {
        property: "clusterIdentifier",
        type: clusterType,
        code: "DBClusterNotFoundFault",
        message: (id) => `Could not find DB Cluster: ${id}`,
        status: 404,
      },
    ],
  },
};
