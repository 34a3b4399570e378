import { awsDatabases } from "./aws-databases";
import { awsIdentity } from "./aws-identity";
import { awsMessaging } from "./aws-messaging";
import { awsRds } from "./aws-rds";
import { awsS3 } from "./aws-s3";
import { awsStorage } from "./aws-storage";
import { awsWarehouses } from "./aws-warehouses";
import { awsBackups } from "./aws-backups";
import { awsKeys } from "./aws-keys";
import { awsLightsail } from "./aws-lightsail";
import { awsPolicies } from "./aws-policies";
import { awsPackages } from "./aws-packages";
import { awsServices } from "./aws-services";
import { awsStacks } from "./aws-stacks";
import { awsWays } from "./aws-ways";
import { azure } from "./azure";
import { kubernetes } from "./kubernetes";
import { patchedType } from "../patches";
import type { StatefulType } from "../stateful-type";

/** Everything that the guard knows to hold data, or to keep data safe. The one table: all layers ask here. */
export const statefulTypes: readonly StatefulType[] = [
  ...awsRds,
  ...awsDatabases,
  ...awsWarehouses,
  ...awsS3,
  ...awsStorage,
  ...awsBackups,
  ...awsPackages,
  ...awsMessaging,
  ...awsWays,
  ...awsKeys,
  ...awsPolicies,
  ...awsIdentity,
  ...awsStacks,
  ...awsServices,
  ...awsLightsail,
  ...kubernetes,
  ...azure,
];

const byType: ReadonlyMap<string, StatefulType> = new Map(statefulTypes.map((entry) => [entry.type, entry]));

/**
 * What the guard knows of a type; for a type that it does not know but that looks as if it held data, a cautious guess.
 *
 * @param type Pulumi token, e.g. `aws:rds/instance:Instance`.
 * @returns undefined for what holds no data.
 */
export function statefulType(type: string): StatefulType | undefined {
  const known = byType.get(undated(type));
  if (known !== undefined || derived.has(type)) {
    return known ?? derived.get(type);
  }
  const plain = patchedType(type);
  const patched = plain === undefined ? undefined : statefulType(plain);
  const found =
    patched === undefined ? (looksStateful(type) ? guess(type) : undefined) : patchOf(patched, type);
  derived.set(type, found);
  return found;
}

/** Guesses and patches: asked many times for each step of a plan. */
const derived = new Map<string, StatefulType | undefined>();

/** Whether a type, or the one that it patches, is in the table: with a guess alone, nothing is known of its locks. */
export function isKnownStateful(type: string): boolean {
  return byType.has(undated(patchedType(type) ?? type));
}

/**
 * A patch of an object that exists says something of it and holds nothing itself: without the patch the provider gives up its
 * fields, and the object stays.
 */
function patchOf(patched: StatefulType, type: string): StatefulType {
  return {
    ...patched,
    type,
    noun: `patch of a ${patched.noun}`,
    holds: "nothing: the object that it patches stays without it",
    removable: true,
    beside: { stores: [patched.type], of: "metadata.name", patches: true },
  };
}

/** Azure's types at a fixed version of the API are the same: `azure-native:storage/v20240101:BlobContainer`. */
function undated(type: string): string {
  return type.startsWith("azure-native")
    ? type.replace(/^azure-native(_\w+_v\d\w*)?:(\w+)(\/v\d\w*)?:/, "azure-native:$2:")
    : type;
}

/** Last words of the names of things that hold data. */
const dataWords =
  /(Database(My[Ss][Qq][Ll]|Postgres\w*|Redis|Mongo\w*)?|Db|DB|Cluster|Table|Bucket|Volume|VolumeClaim|File[Ss]ystem|Vault|Snapshot|SnapshotContent|RestorePoint|RestorePointCollection|Backup|BackupInstance|ProtectedItem|Queue|Repository|Registry|Stream|EventHub|Domain|Ledger|Keyspace|KvNamespace|Warehouse|DataLake|[a-z]Store|[Dd]ata[Ss]tore|Disk|Data[Ss]et|Archive|Graph|Broker|UserPool|Container|StorageAccount|DatabaseAccount|Share|Zone|Directory|Workspace|Secret|CryptoKey|CryptoKeyVersion|KeyRing|Hsm|HSM|CertificateAuthority|Collection|Realm|V[Hh]ost|StorageBox|MachineImage|GalleryImageVersion|Catalog)$/;

/** What keeps data safe, or keys to it: without it copies are no longer made, or nothing can be read. */
const keeperWords =
  /((Backup|Retention|Protection|Snapshot|Immutability)(Policy|Schedule|Plan)|LegalHold|DiskEncryptionSet|EncryptionAtRest)$/;

/** In these modules a key is one that encrypts. */
const keyModules = /^[^:]*:?[^:]*(kms|keyvault|hsm|transit)[^:]*:/i;

/** In these an image is a copy of disks. */
const imageModules = /^[^:]*:?[^:]*(compute|ecs|disk)[^:]*:/i;

/** What all the rest is in, where deleting it deletes that too. */
const containing =
  /^(gcp:organizations\/[^:]*:(Project|Folder)|(mongodbatlas|neon|supabase|gitlab|harbor|aiven):[^:]*:(Project|Group|Organization)|alicloud:log\/[^:]*:(Project|Store)|confluentcloud:[^:]*:(Environment|KafkaCluster)|vault:[^:]*:(Mount|SecretBackend\w*Key))$/;

/** Names that end like those and are ways, rules or references, in whatever cloud. */
const otherWords =
  /(RouteTable|PolicyTable|RuleCollection|CustomDomain|IsolationDomain|PacketBroker|SiteContainer|LinkedStorageAccount|LinkedServer|TrustStore|DataCatalog|DataProtectionPolicy|MalwareProtectionPlan|DefaultKmsKey)$/;

/** In these packages and modules also an instance, a server or a replica holds data. */
const databaseModules =
  /^[^:]*:?[^:]*(rds|docdb|neptune|redshift|dms|timestream|memorydb|elasticache|sql|postgres|mysql|maria|database|search|healthcareapis|purview|digitaltwins|mongo|cosmos|redis|spanner|bigtable|bigquery|cassandra|keyspaces|lightsail|influx|alloydb|filestore|netapp|datalake|synapse|snowflake|clickhouse|couchbase|cockroach|neo4j|singlestore|minio)[^:]*:/i;
const serverWords = /(Instance|Server|Node|Replica|Namespace|Account|Cache|Pool|Schema|Service|Tenant)$/;

/** In these also a topic does, and a subscription: what has not been read is in it. */
const messageModules = /^[^:]*:?[^:]*(kafka|confluent|pulsar|nats|rabbit|eventhub|servicebus|pubsub)[^:]*:/i;
const messageWords = /(Topic|Subscription|Namespace|Instance|Service)$/;

/** Things that are called by what they are: custom resources of operators, and services of hosting companies. */
const productNames =
  /^(Pg|Postgres|Postgresql|PostgreSQL|MySQL|Mysql|MariaDB|PerconaXtraDB|PerconaServerMongoDB|MongoDB|MongoDBCommunity|Redis|RedisFailover|RedisEnterprise|Valkey|Dragonfly|Cassandra|CassandraDatacenter|Scylla|Elasticsearch|OpenSearch|Kafka|KafkaTopic|Zookeeper|RabbitMQ|Rabbitmq|Minio|ClickHouse|InnoDB|InfluxDB|InfluxDb|CouchDB|Etcd|Neo4j|Solr\w*|Prometheus|VMSingle|Consul|Ceph\w*)(Cluster|Instance|Server|Service|Installation)?$/;

/** Packages whose resources stand for nothing in a cloud. `groundwork` is this program's own components. */
const imaginary: ReadonlySet<string> = new Set(["pulumi", "groundwork", "random", "command", "tls", "time"]);

/**
 * Names that match and hold nothing that would be missed. Each was looked at; what is not here is refused until
 * somebody has looked.
 */
export const harmlessTypes: ReadonlySet<string> = new Set([
  // Routes and policies, made of the program's own words.
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/defaultRouteTable:DefaultRouteTable",
  "aws:ec2transitgateway/routeTable:RouteTable",
  "aws:ec2transitgateway/policyTable:PolicyTable",
  "aws:ec2transitgateway/multicastDomain:MulticastDomain",
  // The address of a file system, which is a resource of its own.
  "aws:datasync/fsxOpenZfsFileSystem:FsxOpenZfsFileSystem",
  "aws:datasync/locationFsxOntapFileSystem:LocationFsxOntapFileSystem",
  // Groups of tasks or of routing controls, with nothing stored in them.
  "aws:ecs/cluster:Cluster",
  "aws:emrcontainers/virtualCluster:VirtualCluster",
  "aws:lightsail/containerService:ContainerService",
  "aws:route53recoverycontrol/cluster:Cluster",
  // Ways for what is sent on at once.
  "aws:batch/jobQueue:JobQueue",
  "aws:connect/queue:Queue",
  "aws:gamelift/gameSessionQueue:GameSessionQueue",
  "aws:mediaconvert/queue:Queue",
  "aws:cloudwatch/metricStream:MetricStream",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  "aws:pinpoint/eventStream:EventStream",
  "aws:qldb/stream:Stream",
  "aws:rds/clusterActivityStream:ClusterActivityStream",
  // A name for a log-in page.
  "aws:cognito/userPoolDomain:UserPoolDomain",
  // Permission, a bill, and a cache before a table.
  "aws:auditmanager/frameworkShare:FrameworkShare",
  "aws:ram/resourceShare:ResourceShare",
  "aws:servicecatalog/portfolioShare:PortfolioShare",
  "aws:rds/reservedInstance:ReservedInstance",
  "aws:elasticache/reservedCacheNode:ReservedCacheNode",
  "aws:dax/cluster:Cluster",
  // What goes through them is at both ends.
  "aws:dms/replicationInstance:ReplicationInstance",
  // References to what is kept elsewhere, and selections of it.
  "aws:cleanrooms/configuredTable:ConfiguredTable",
  "aws:sagemaker/codeRepository:CodeRepository",
  "aws:devopsguru/resourceCollection:ResourceCollection",
  "aws:directoryservice/sharedDirectory:SharedDirectory",
  "aws:workspaces/directory:Directory",
  // Addresses, made of the program's own words.
  "aws:route53/cidrCollection:CidrCollection",
  // Copies of what the program, or whoever runs it, holds.
  "docker:index/container:Container",
  "docker:index/secret:Secret",
  "github:index/actionsSecret:ActionsSecret",
  "github:index/actionsOrganizationSecret:ActionsOrganizationSecret",
  "github:index/codespacesSecret:CodespacesSecret",
  "github:index/dependabotSecret:DependabotSecret",
  "kubernetes:external-secrets.io/v1:ExternalSecret",
  "kubernetes:external-secrets.io/v1beta1:ExternalSecret",
  "kubernetes:bitnami.com/v1alpha1:SealedSecret",
  // Made from settings of the program; the copy that counts is there.
  "kubernetes:core/v1:Secret",
]);

/** Whether a type that the table does not have looks, by its name, as if it held data. */
export function looksStateful(type: string): boolean {
  const [packageName = "", , fullName = ""] = type.split(":");
  if (imaginary.has(packageName) || harmlessTypes.has(type)) {
    return false;
  }
  // `DatabaseMysqlV2` is a database as well.
  const name = fullName.replace(/V\d+$/, "");
  if (otherWords.test(name)) {
    return false;
  }
  return (
    dataWords.test(name) ||
    keeperWords.test(name) ||
    (keyModules.test(type) && /Key$/.test(name)) ||
    (imageModules.test(type) && /Image$/.test(name)) ||
    containing.test(type) ||
    (databaseModules.test(type) && serverWords.test(name)) ||
    (messageModules.test(type) && messageWords.test(name)) ||
    productNames.test(name)
  );
}

/** The guess for a type that is not in the table, of which something else than its name says that it holds data. */
export function guessedType(type: string): StatefulType | undefined {
  return harmlessTypes.has(type) || imaginary.has(type.split(":")[0] ?? "") ? undefined : guess(type);
}

function guess(type: string): StatefulType {
  const [packageName = "", module = "", name = ""] = type.split(":");
  return {
    type,
    noun: `${packageName} ${module.split("/")[0] ?? module} ${name}`,
    holds:
      "whatever it holds (the guard does not know this type; by its name or its properties it may hold data)",
    name: "name",
    locks: [],
    life: [],
    guessed: true,
    copyFirst:
      "See what it holds and keep a copy. If it holds nothing, add the type to the harmless ones in guard/catalogue/stateful-types.ts.",
  };
}
