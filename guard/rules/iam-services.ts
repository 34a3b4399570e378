import { statefulTypes } from "../catalogue/stateful-types";

/**
 * The prefixes of IAM's actions on what a module of the AWS provider makes: those of the service, and those by which its
 * data is reached. Only modules that the guard's table has something of. Source: AWS Service Authorization Reference.
 */
const prefixesOf: Readonly<Record<string, string>> = {
  acmpca: "acm-pca",
  amp: "aps",
  athena: "athena",
  backup: "backup backup-storage",
  bedrock: "bedrock bedrock-agentcore",
  cloud9: "cloud9",
  cloudcontrol: "cloudformation",
  cloudformation: "cloudformation",
  cloudfront: "cloudfront cloudfront-keyvaluestore",
  cloudhsmv2: "cloudhsm",
  cloudtrail: "cloudtrail cloudtrail-data",
  cloudwatch: "events logs",
  codeartifact: "codeartifact",
  codecatalyst: "codecatalyst",
  codecommit: "codecommit",
  cognito: "cognito-idp cognito-identity cognito-sync",
  comprehend: "comprehend",
  connect: "connect",
  directoryservice: "ds ds-data",
  dlm: "dlm",
  docdb: "rds docdb-elastic",
  dsql: "dsql",
  dynamodb: "dynamodb",
  ebs: "ec2 ebs",
  ec2: "ec2",
  ecr: "ecr",
  ecrpublic: "ecr-public",
  efs: "elasticfilesystem",
  eks: "eks",
  elasticache: "elasticache",
  elasticbeanstalk: "elasticbeanstalk",
  elasticsearch: "es",
  emr: "elasticmapreduce",
  finspace: "finspace finspace-api",
  fsx: "fsx",
  glacier: "glacier",
  glue: "glue",
  grafana: "grafana",
  kendra: "kendra",
  keyspaces: "cassandra",
  kinesis: "kinesis kinesisvideo",
  kinesisanalyticsv2: "kinesisanalytics",
  kms: "kms",
  lambda: "lambda",
  lightsail: "lightsail",
  location: "geo",
  memorydb: "memorydb",
  mq: "mq",
  msk: "kafka kafka-cluster",
  mwaa: "airflow",
  neptune: "rds neptune-db",
  neptunegraph: "neptune-graph",
  odb: "odb",
  opensearch: "es aoss",
  organizations: "organizations",
  paymentcryptography: "payment-cryptography",
  pinpoint: "mobiletargeting sms-voice",
  qldb: "qldb",
  quicksight: "quicksight",
  rbin: "rbin",
  rds: "rds rds-data rds-db",
  redshift: "redshift redshift-data",
  redshiftserverless: "redshift-serverless",
  rekognition: "rekognition",
  route53: "route53",
  route53domains: "route53domains",
  s3: "s3 s3express s3-object-lambda s3vectors",
  s3control: "s3 s3-outposts",
  s3tables: "s3tables",
  sagemaker: "sagemaker",
  secretsmanager: "secretsmanager",
  serverlessrepository: "serverlessrepo cloudformation",
  servicecatalog: "servicecatalog",
  servicediscovery: "servicediscovery",
  sesv2: "ses",
  sns: "sns",
  sqs: "sqs",
  storagegateway: "storagegateway",
  timestreaminfluxdb: "timestream-influxdb",
  timestreamwrite: "timestream",
  transfer: "transfer",
  verifiedpermissions: "verifiedpermissions",
  workspaces: "workspaces",
};

/**
 * Prefixes of IAM's actions on what a type makes.
 *
 * @param type Pulumi token of the AWS provider, e.g. `aws:ebs/volume:Volume`, which is `ec2` and `ebs`.
 * @returns none for a module that `prefixesOf` does not have.
 */
export function iamPrefixes(type: string): readonly string[] {
  const module = /^aws:([^/:]+)/.exec(type)?.[1] ?? "";
  return prefixesOf[module]?.split(" ") ?? [];
}

/** Services with a permission that gives permissions: to oneself, to others, or into a cluster. */
const givers: readonly string[] =
  "iam sts kms eks organizations sso sso-directory identitystore rolesanywhere ram".split(" ");

const givingServices: ReadonlySet<string> = new Set(givers);

/** Services of the guard's table, those that give permissions, and `ssm`, which has secrets and a shell on every machine. */
const namedServices: ReadonlySet<string> = new Set([
  ...statefulTypes.flatMap(({ type }) => iamPrefixes(type)),
  ...givers,
  "ssm",
]);

/** The service of an action, in small letters as IAM compares it: `ec2` of `EC2:DeleteVolume`. */
export function serviceOf(action: string): string {
  return (action.split(":")[0] ?? "").toLowerCase();
}

export function givesPermissions(action: string): boolean {
  return givingServices.has(serviceOf(action));
}

/**
 * Whether what an action is allowed on must have a name, and a condition on tags is not enough: in services that hold
 * data. EC2's volumes and snapshots hold data too, but AWS makes their ids: before they exist, only tags can say which.
 */
export function mustBeNamed(action: string): boolean {
  const service = serviceOf(action);
  return service !== "ec2" && namedServices.has(service);
}
