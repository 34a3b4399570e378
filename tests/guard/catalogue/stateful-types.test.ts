import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { floors } from "../../../guard/floors";
import { harmlessBeside } from "./beside-harmless";
import {
  isKnownStateful,
  looksStateful,
  statefulType,
  statefulTypes,
} from "../../../guard/catalogue/stateful-types";
import { factsDirectory, typeFacts, typesOf } from "../../../rehearsal/catalogue/facts";
import type { PropertyType } from "../../../rehearsal/catalogue/type-facts";

/** Whether the package declares a property at this path, as an input or as an output. */
function declares(type: string, path: string): boolean {
  const facts = typeFacts(type);
  const [first = "", ...rest] = path.split(".");
  let found: PropertyType | undefined = facts?.inputs[first]?.type ?? facts?.outputs[first];
  for (const name of rest) {
    found = found === undefined ? undefined : propertyOf(found, name);
  }
  return found !== undefined;
}

function propertyOf(type: PropertyType, name: string): PropertyType | undefined {
  switch (type.kind) {
    case "object":
      return type.properties()[name]?.type;
    case "map":
      return type.element;
    // A block that a provider takes as a list of one.
    case "array":
      return propertyOf(type.element, name);
    case "union":
      return type.of.map((one) => propertyOf(one, name)).find((one) => one !== undefined);
    default:
      return undefined;
  }
}

/**
 * Types of AWS that name a store among what they cannot do without: by its type (`dbClusterIdentifier`), by the property that it
 * has its name in, or by what services call any of theirs.
 */
function besideStores(): string[] {
  const names = new Map<string, RegExp[]>();
  for (const { type, name = "name" } of statefulTypes.filter((kind) => kind.type.startsWith("aws:"))) {
    const module = moduleOf(type);
    const word = (type.split(":")[2] ?? "").replace(/V\d+$/, "");
    const own = /^(name|description)$/.test(name) ? [] : [new RegExp(`^${name}$`)];
    const called = new RegExp(`^([a-z]\\w*)?${word}(Id|Arn|Name|Url|Identifier)?$`, "i");
    names.set(module, [
      ...(names.get(module) ?? []),
      called,
      ...own,
      /^(keyId|targetKeyId|resourceArn|bucket)$/,
    ]);
  }
  return allTypes("aws").filter((type) => {
    const required = Object.entries(typeFacts(type)?.inputs ?? {}).filter(([, facts]) => facts.required);
    return required.some(([input]) => names.get(moduleOf(type))?.some((name) => name.test(input)));
  });
}

/** `aws:sqs` of `aws:sqs/queue:Queue`. */
function moduleOf(type: string): string {
  return type.split("/")[0] ?? "";
}

function allTypes(packageName: string): string[] {
  return readdirSync(join(factsDirectory, packageName)).flatMap((file) =>
    typesOf(packageName, file.replace(/\.json$/, "")),
  );
}

/** Types that look as if they held data and are not in the table, of everything that a package declares. */
function guessed(packageName: string): string[] {
  return allTypes(packageName)
    .filter((type) => looksStateful(type) && !isKnownStateful(type))
    .sort();
}

describe("the table of what holds data", () => {
  for (const kind of statefulTypes) {
    it(`names only types and properties that the packages declare: ${kind.type}`, () => {
      expect(typeFacts(kind.type), kind.type).to.not.equal(undefined);
      const { finalCopy } = kind;
      const paths = [
        kind.name,
        ...(kind.size ?? []).map((fact) => fact.path),
        ...kind.locks.map((lock) => lock.path),
        ...kind.life.map((property) => property.path),
        ...kind.life.map((property) => (property.kind === "expiry" ? property.of : undefined)),
        kind.forced,
        finalCopy?.skip,
        finalCopy?.name,
        finalCopy?.unless,
      ].filter((path) => path !== undefined);
      expect(paths.filter((path) => !declares(kind.type, path))).to.deep.equal([]);
    });
  }

  it("has each type once", () => {
    const types = statefulTypes.map((kind) => kind.type);
    expect(types.filter((type, index) => types.indexOf(type) !== index)).to.deep.equal([]);
  });

  it("takes defaults of the cloud from the provider's own, where it has one", () => {
    const wrong = statefulTypes.flatMap((kind) =>
      [...kind.life, ...kind.locks].flatMap((property) => {
        const known = typeFacts(kind.type)?.defaults[property.path];
        const said =
          "on" in property
            ? property.absent === "on"
            : property.kind === "switch" || property.kind === "least"
              ? property.absent
              : undefined;
        return known === undefined ||
          said === undefined ||
          known === said ||
          ("on" in property && known === (said ? property.on : false))
          ? []
          : [`${kind.type} ${property.path}: ${String(said)}, the provider says ${JSON.stringify(known)}`];
      }),
    );
    // A user pool's lock is a word and not a switch: INACTIVE is off.
    expect(wrong).to.deep.equal([
      'aws:cognito/userPool:UserPool deletionProtection: false, the provider says "INACTIVE"',
    ]);
  });

  it("knows what a machine, a route table or a container cluster is: nothing that holds data", () => {
    for (const type of [
      "aws:ec2/instance:Instance",
      "aws:ec2/routeTable:RouteTable",
      "aws:ecs/cluster:Cluster",
      "aws:iam/user:User",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:rds/parameterGroup:ParameterGroup",
      "kubernetes:core/v1:Secret",
      "kubernetes:apps/v1:Deployment",
      "random:index/randomId:RandomId",
      "command:local:Command",
      "pulumi:providers:aws",
      "pulumi:pulumi:Stack",
      "groundwork:database:Database",
    ]) {
      expect(statefulType(type), type).to.equal(undefined);
    }
  });

  it("knows Azure's types at whatever version of the API", () => {
    for (const type of [
      "azure-native:storage/v20240101:BlobServiceProperties",
      "azure-native_storage_v20240101:storage:BlobServiceProperties",
    ]) {
      expect(isKnownStateful(type), type).to.equal(true);
      expect(statefulType(type)).to.equal(statefulType("azure-native:storage:BlobServiceProperties"));
    }
    expect(statefulType("azure-native:authorization/v20200501:ManagementLockByScope")?.noun).to.equal(
      "management lock",
    );
    expect(statefulType("azure-native:network/v20240101:RouteTable")).to.equal(undefined);
  });

  it("takes tomorrow's databases, tables, buckets and volumes for data", () => {
    for (const type of [
      "aws:tomorrow/database:Database",
      "aws:rds/shinyInstance:ShinyInstance",
      "aws:s4/hyperBucket:HyperBucket",
      "kubernetes:postgresql.cnpg.io/v1:Cluster",
      "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshot",
      "azure-native:sql:Server",
      "azure-native:cosmosdb:DatabaseAccount",
      "azure-native:dbforpostgresql:Server",
      "gcp:sql/databaseInstance:DatabaseInstance",
      "gcp:storage/bucket:Bucket",
      "mongodbatlas:index/cluster:Cluster",
      "equinix-metal:index/volume:Volume",
      "azure-native:redis:Redis",
      "azure-native:containerregistry:Registry",
      "azure-native:cosmosdb:MongoDBResourceMongoDBCollection",
      "azure-native:servicebus:Subscription",
      "azure-native:eventhub:EventHub",
      "azure-native:synapse:SqlPool",
      "azure-native:operationalinsights:Workspace",
      "azure-native:recoveryservices:ProtectedItem",
      "gcp:filestore/instance:Instance",
      "gcp:pubsub/subscription:Subscription",
      "gcp:kms/cryptoKeyVersion:CryptoKeyVersion",
      "gcp:certificateauthority/certificateAuthority:CertificateAuthority",
      "cloudflare:index/workersKvNamespace:WorkersKvNamespace",
      "postgresql:index/schema:Schema",
      "kafka:index/topic:Topic",
      "aiven:index/pg:Pg",
      "kubernetes:acid.zalan.do/v1:Postgresql",
      "kubernetes:kafka.strimzi.io/v1beta2:Kafka",
      "kubernetes:minio.min.io/v2:Tenant",
      "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotContent",
    ]) {
      expect(statefulType(type)?.holds, type).to.match(/^whatever it holds/);
    }
  });

  it("takes no ways, rules and references for data", () => {
    for (const type of [
      "azure-native:network:RouteTable",
      "azure-native:network:AdminRuleCollection",
      "azure-native:cdn:CustomDomain",
      "azure-native:operationalinsights:LinkedStorageAccount",
      "aws:cloudfront/trustStore:TrustStore",
      "aws:sns/topic:Topic",
      "aws:dms/replicationInstance:ReplicationInstance",
      "docker:index/container:Container",
      "github:index/actionsSecret:ActionsSecret",
      "gcp:serviceaccount/account:Account",
      "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      "kubernetes:cert-manager.io/v1:Certificate",
      "kubernetes:karpenter.sh/v1:NodePool",
      "kubernetes:external-secrets.io/v1:ExternalSecret",
    ]) {
      expect(looksStateful(type), type).to.equal(false);
    }
  });

  // A new type of a new provider's version shows here by its name.
  it("has every type that names a store, or it is known to take nothing from it", () => {
    const harmless = Object.values(harmlessBeside).flatMap((list) => list.trim().split(/\s+/));
    expect(harmless.filter((name, index) => harmless.indexOf(name) !== index)).to.deep.equal([]);
    const undecided = besideStores().filter((type) => statefulType(type) === undefined);
    const short = undecided.map((type) => type.replace(/^aws:(.*):\w+$/, "$1"));
    expect(short.filter((name) => !harmless.includes(name))).to.deep.equal([]);
    // What is in the table, or not there at all, is in no list beside it.
    expect(harmless.filter((name) => !short.includes(name))).to.deep.equal([]);
  });

  it("has patches of what it has, and of nothing else", () => {
    expect(statefulType("kubernetes:core/v1:PersistentVolumePatch")?.noun).to.equal(
      "patch of a persistent volume",
    );
    expect(isKnownStateful("kubernetes:apps/v1:StatefulSetPatch")).to.equal(true);
    for (const type of [
      "kubernetes:core/v1:SecretPatch",
      "kubernetes:core/v1:ConfigMapPatch",
      "kubernetes:apps/v1:DeploymentPatch",
    ]) {
      expect(statefulType(type), type).to.equal(undefined);
    }
  });

  it("takes what a program makes and deletes by its own code for what its name says", () => {
    expect(statefulType("pulumi-nodejs:dynamic/shop:Database")?.guessed).to.equal(true);
    expect(statefulType("pulumi-nodejs:dynamic:Resource")).to.equal(undefined);
  });

  // A new type of a new package version shows here: it goes into the table, into the harmless ones, or into this list.
  it("guesses of the types of today's packages that these hold data", () => {
    expect(guessed("aws")).to.deep.equal([
      "aws:chime/sdkvoiceVoiceProfileDomain:SdkvoiceVoiceProfileDomain",
      "aws:cloudsearch/domain:Domain",
      "aws:cloudwatch/logStream:LogStream",
      "aws:controltower/landingZone:LandingZone",
      "aws:customerprofiles/domain:Domain",
      "aws:dataexchange/dataSet:DataSet",
      "aws:datazone/domain:Domain",
      "aws:detective/graph:Graph",
      "aws:finspace/kxCluster:KxCluster",
      "aws:finspace/kxDatabase:KxDatabase",
      "aws:finspace/kxVolume:KxVolume",
      "aws:glue/catalogDatabase:CatalogDatabase",
      "aws:glue/catalogTable:CatalogTable",
      "aws:mediastore/container:Container",
      "aws:odb/cloudAutonomousVmCluster:CloudAutonomousVmCluster",
      "aws:odb/cloudVmCluster:CloudVmCluster",
      "aws:quicksight/dataSet:DataSet",
      "aws:redshift/snapshotSchedule:SnapshotSchedule",
      "aws:schemas/registry:Registry",
      "aws:securitylake/dataLake:DataLake",
      "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume",
      "aws:storagegateway/nfsFileShare:NfsFileShare",
      "aws:storagegateway/smbFileShare:SmbFileShare",
      "aws:storagegateway/storedIscsiVolume:StoredIscsiVolume",
      "aws:swf/domain:Domain",
    ]);
    expect(guessed("equinix-metal")).to.deep.equal(["equinix-metal:index/volume:Volume"]);
    expect(guessed("azure-native")).to.deep.equal([
      "azure-native:keyvault:ManagedHsm",
      "azure-native:storage:DataShare",
    ]);
    expect(guessed("kubernetes")).to.deep.equal([]);
  });
});

describe("retention floors", () => {
  for (const [name, { least, reason }] of Object.entries(floors)) {
    it(`of ${name} fall from production to disposable, and say why`, () => {
      expect(least.production).to.be.at.least(least.development);
      expect(least.development).to.be.at.least(least.disposable);
      expect(reason).to.match(/\.$/);
    });
  }
});
