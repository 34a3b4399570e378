import type { Finding } from "./inputs";
import { hasUnknown, isRecord, isUnknown, parseJson } from "./unknown";

interface Statement {
  readonly name: string;
  readonly actions: readonly string[];
  readonly notActions: boolean;
  readonly resources: readonly string[];
  readonly notResources: boolean;
  readonly principal: unknown;
  readonly notPrincipal: boolean;
  readonly condition: unknown;
}

/**
 * Services in which a permission on everything is a permission on data, or on the way to it. Everything that the guard's
 * table has is in one of these.
 */
const dataServices: ReadonlySet<string> = new Set(
  (
    "backup backup-storage cassandra codeartifact codecommit cognito-idp docdb-elastic dsql dynamodb ebs ecr " +
    "elasticache elasticfilesystem es fsx glacier iam kafka kafka-cluster kinesis kinesisvideo kms memorydb mq " +
    "neptune-db neptune-graph qldb rds rds-data rds-db redshift redshift-data redshift-serverless route53 s3 " +
    "s3express s3-object-lambda s3tables secretsmanager sns sqs ssm sts timestream timestream-influxdb"
  ).split(" "),
);

/** Actions that AWS knows no resource for: "*" is all that can be said of them, and they show or make nothing of data. */
const withoutResource =
  /^([a-z0-9-]+:(Describe\w*|ListAllMyBuckets|ListBuckets|ListTables|ListQueues|ListTopics|ListStreams|ListKeys|ListAliases|ListSecrets|ListHostedZones|GetAuthorizationToken|GenerateRandom|GetRandomPassword)|sts:GetCallerIdentity|sts:GetServiceBearerToken)$/i;

/**
 * No statement of an identity's policy reaches all data: neither every action, nor every action of a service on
 * everything, nor any action on all resources of a service that holds data. `sqs:*` on a prefix of queues is allowed.
 *
 * @param property Path of the document, for messages.
 */
export function checkNoWildcards(document: unknown, property: string): Finding[] {
  return onStatements(document, property, (statement) => {
    const { name, actions, resources } = statement;
    if (statement.notActions) {
      return `${name} allows everything but its NotAction. Name what it allows in Action.`;
    }
    if (statement.notResources) {
      return `${name} allows its actions on everything but its NotResource. Name what they are allowed on in Resource.`;
    }
    const everything = actions.find((action) => /^[*?]+(:|$)/.test(action));
    if (everything !== undefined) {
      return `${name} allows ${everything}. Name the actions that are needed.`;
    }
    const wide = resources.find(isWide);
    if (wide === undefined) {
      return undefined;
    }
    const byAlias = namesKeysByAlias(statement.condition);
    const action = actions.find(
      (one) =>
        /:\*+$/.test(one) ||
        (!(byAlias && serviceOf(one) === "kms") &&
          dataServices.has(serviceOf(one)) &&
          !withoutResource.test(one)),
    );
    return action === undefined
      ? undefined
      : `${name} allows ${action} on ${wide}. Name what it is allowed on: an ARN with at least the beginning of a name.`;
  });
}

/**
 * Keys have no names but their aliases: a condition on these says which, before there is a key, as the beginning of a name
 * does elsewhere. Only an operator that a key without the alias does not pass.
 */
function namesKeysByAlias(condition: unknown): boolean {
  const aliases = isRecord(condition) ? condition["ForAnyValue:StringEquals"] : undefined;
  const named = isRecord(aliases) ? [aliases["kms:ResourceAliases"]].flat() : [];
  return (
    named.length > 0 && named.every((alias) => typeof alias === "string" && /^alias\/[\w/-]+$/.test(alias))
  );
}

/** Conditions that say whose requests a statement is for. */
const narrowing =
  /^(aws:(PrincipalOrgI[Dd]|PrincipalOrgPaths|PrincipalAccount|PrincipalArn|PrincipalTag\/.+|SourceArn|SourceAccount|SourceOwner|SourceOrgID|SourceOrgPaths|SourceVpc|SourceVpce|VpceAccount|VpceOrgID)|kms:CallerAccount|s3:DataAccessPointAccount)$/i;

/** No statement of a resource's policy is for everybody. */
export function checkNoPublicPrincipal(document: unknown, property: string): Finding[] {
  return onStatements(document, property, ({ name, principal, notPrincipal, condition }) => {
    if (notPrincipal) {
      return `${name} is for everybody but its NotPrincipal. Name who it is for in Principal.`;
    }
    if (!isEverybody(principal) || isNarrowed(condition)) {
      return undefined;
    }
    return `${name} is for everybody. Name who it is for in Principal, or narrow it by a condition such as aws:PrincipalOrgID or aws:SourceArn.`;
  });
}

function isEverybody(principal: unknown): boolean {
  const values: readonly unknown[] = isRecord(principal) ? Object.values(principal).flat() : [principal];
  return values.some((value) => value === "*" || value === "arn:aws:iam::*:root");
}

/** Only operators that a request without the key does not pass. */
function isNarrowed(condition: unknown): boolean {
  return (
    isRecord(condition) &&
    Object.entries(condition).some(
      ([operator, keys]) =>
        /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/.test(
          operator,
        ) &&
        isRecord(keys) &&
        Object.entries(keys).some(([key, value]) => narrowing.test(key) && ![value].flat().includes("*")),
    )
  );
}

/** Everything, or everything of a kind: nothing fixed in the part of the ARN that names the resource. */
function isWide(resource: string): boolean {
  const [, , service, , , ...rest] = resource.split(":");
  if (rest.length === 0) {
    return resource === "" || /^[*?]/.test(resource);
  }
  const name = rest.join(":");
  // `table/*`, `secret:*`, `user/*`: what stands before is the kind. S3 has none: `reports/*` is all of one bucket.
  return service === "s3" ? /^[*?]/.test(name) : /^(?:[a-z][a-zA-Z-]*[/:])?[*?]/.test(name);
}

function serviceOf(action: string): string {
  return (action.split(":")[0] ?? "").toLowerCase();
}

function onStatements(
  document: unknown,
  property: string,
  check: (statement: Statement) => string | undefined,
): Finding[] {
  const statements = readStatements(document, property);
  if (!Array.isArray(statements)) {
    return [statements];
  }
  return statements.flatMap((statement) => {
    const message = check(statement);
    return message === undefined ? [] : [{ property, message: `${property}: ${message}` }];
  });
}

/** The statements that allow something; a finding where the document cannot be read. */
function readStatements(document: unknown, property: string): Statement[] | Finding {
  if (document === undefined || document === null) {
    return [];
  }
  const value = typeof document === "string" && !isUnknown(document) ? parseJson(document) : document;
  if (hasUnknown(value)) {
    return {
      property,
      message:
        `${property} is not known before the run, so it is refused. Make the document of names that are known (ARNs of ` +
        "account, region and fixed names), not of outputs of resources that are still to be made.",
    };
  }
  const listed = isRecord(value) ? value["Statement"] : undefined;
  if (listed === undefined) {
    return {
      property,
      message: `${property} is no policy document: a JSON object with Statement is wanted.`,
    };
  }
  const statements: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
  return statements.flatMap((statement, index) => {
    if (!isRecord(statement) || statement["Effect"] === "Deny") {
      return [];
    }
    const sid = statement["Sid"];
    return [
      {
        name: typeof sid === "string" && sid !== "" ? `statement ${sid}` : `statement ${index + 1}`,
        actions: texts(statement["Action"]),
        notActions: statement["NotAction"] !== undefined,
        resources: texts(statement["Resource"]),
        notResources: statement["NotResource"] !== undefined,
        principal: statement["Principal"],
        notPrincipal: statement["NotPrincipal"] !== undefined,
        condition: statement["Condition"],
      },
    ];
  });
}

function texts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === "string");
}
