import { awsDatabases } from "./catalogue/aws-databases";
import { awsIdentity } from "./catalogue/aws-identity";
import { awsMessaging } from "./catalogue/aws-messaging";
import { awsRds } from "./catalogue/aws-rds";
import { awsS3 } from "./catalogue/aws-s3";
import { awsStorage } from "./catalogue/aws-storage";
import { awsWarehouses } from "./catalogue/aws-warehouses";
import { azure } from "./catalogue/azure";
import { kubernetes } from "./catalogue/kubernetes";
import type { StatefulType } from "./stateful-type";

/** Everything that the guard knows to hold data, or to keep data safe. The one table: all layers ask here. */
export const statefulTypes: readonly StatefulType[] = [
  ...awsRds,
  ...awsDatabases,
  ...awsWarehouses,
  ...awsS3,
  ...awsStorage,
  ...awsMessaging,
  ...awsIdentity,
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
  return byType.get(type) ?? (looksStateful(type) ? guess(type) : undefined);
}

/** Whether a type is in the table: with a guess alone, nothing is known of its locks. */
export function isKnownStateful(type: string): boolean {
  return byType.has(type);
}

/** Last words of the names of things that hold data. */
const dataWords =
  /(Database|Db|DB|Cluster|Table|Bucket|Volume|VolumeClaim|File[Ss]ystem|Vault|Snapshot|Backup|Queue|Repository|Stream|Domain|Ledger|Keyspace|Warehouse|Data[Ss]tore|Disk|Dataset|Archive|Graph|Broker|UserPool|Container|StorageAccount|DatabaseAccount|Share|Zone|Secret|CryptoKey|KeyRing)$/;

/** In these modules also an instance, a server or a replica holds data. */
const databaseModules =
  /^[\w-]+:[^:]*(rds|docdb|neptune|redshift|dms|timestream|memorydb|elasticache|sql|postgres|mysql|maria|mongo|cosmos|redis|spanner|bigtable|bigquery|cassandra|keyspaces|lightsail|influx)[^:]*:/i;
const serverWords = /(Instance|Server|Node|Replica|Namespace|Account|Cache|Pool)$/;

/** Packages whose resources stand for nothing in a cloud. `groundwork` is this program's own components. */
const imaginary: ReadonlySet<string> = new Set([
  "pulumi",
  "pulumi-nodejs",
  "groundwork",
  "random",
  "command",
  "tls",
  "time",
]);

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
  "aws:route53recoverycontrol/cluster:Cluster",
  // Ways for what is sent on at once.
  "aws:batch/jobQueue:JobQueue",
  "aws:connect/queue:Queue",
  "aws:gamelift/gameSessionQueue:GameSessionQueue",
  "aws:mediaconvert/queue:Queue",
  "aws:cloudwatch/logStream:LogStream",
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
  // Made from settings of the program; the copy that counts is there.
  "kubernetes:core/v1:Secret",
]);

/** Whether a type that the table does not have looks, by its name, as if it held data. */
export function looksStateful(type: string): boolean {
  const [packageName = "", , name = ""] = type.split(":");
  if (imaginary.has(packageName) || harmlessTypes.has(type)) {
    return false;
  }
  return dataWords.test(name) || (databaseModules.test(type) && serverWords.test(name));
}

function guess(type: string): StatefulType {
  const [packageName = "", module = "", name = ""] = type.split(":");
  return {
    type,
    noun: `${packageName} ${module.split("/")[0] ?? module} ${name}`,
    holds: "whatever it holds (the guard does not know this type; by its name it may hold data)",
    name: "name",
    locks: [],
    life: [],
    copyFirst:
      "See what it holds and keep a copy. If it holds nothing, add the type to the harmless ones in guard/stateful-types.ts.",
  };
}
