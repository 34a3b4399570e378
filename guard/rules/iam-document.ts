import { givesByWildcard, grantsPermissions, isHarmless } from "./iam-actions";
import { bindsResource, demands, namesKeysByAlias } from "./iam-conditions";
import { isNamedByAws, isWide } from "./iam-resources";
import { givesPermissions, mustBeNamed, serviceOf } from "./iam-services";
import type { Finding } from "./inputs";
import { hasUnknown, isRecord, isUnknown, parseJson } from "../unknown";

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
 * No statement of an identity's policy reaches what it does not name. On everything, or everything of a kind, only what is
 * known to harm nothing is allowed; `sqs:*` on a prefix of queues is allowed as well. In services that give permissions no
 * wildcard stands for more than reading, whatever it is allowed on: `iam:*` on its own role is everything.
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
    if (actions.length === 0 || resources.length === 0) {
      return `${name} has no Action or no Resource that can be read. Name both.`;
    }
    const everything = actions.find((action) => /^[^:]*([*?]|$)/.test(action));
    if (everything !== undefined) {
      return `${name} allows ${everything}. Name the actions that are needed.`;
    }
    return giving(statement) ?? onEverything(statement);
  });
}

/** Permission to give permissions, on whatever. */
function giving({ name, actions, resources, condition }: Statement): string | undefined {
  const on = resources.join(", ");
  const many = actions.find((action) => givesPermissions(action) && givesByWildcard(action));
  if (many !== undefined) {
    return `${name} allows ${many} on ${on}, and among it what gives permissions. Name the actions that are needed.`;
  }
  const grant = actions.find(grantsPermissions);
  return grant === undefined ||
    demands(condition, /^iam:(PolicyARN|PermissionsBoundary)$/i, (arn) => !isWide(arn))
    ? undefined
    : `${name} allows ${grant} on ${on}, with which it gives every permission. Say in a condition which policy ` +
        "(iam:PolicyARN), or under which boundary (iam:PermissionsBoundary).";
}

/** Permission on everything, or on everything of a kind. */
function onEverything({ name, actions, resources, condition }: Statement): string | undefined {
  for (const resource of resources.filter(isWide)) {
    const action = actions.find(
      (one) => !isHarmless(one) && !(bindOf(one, resource)?.holds(condition) ?? false),
    );
    if (action !== undefined) {
      const isIdOnly = serviceOf(action) === "ec2" || isNamedByAws(resource);
      const bind = bindOf(action, resource);
      return (
        `${name} allows ${action} on ${resource}. Name what it is allowed on: an ARN with ` +
        (isIdOnly ? "the whole id" : "at least the beginning of a name") +
        (bind === undefined ? "." : `, or a condition on ${bind.on}.`)
      );
    }
  }
  return undefined;
}

interface Bind {
  readonly on: string;
  readonly holds: (condition: unknown) => boolean;
}

/** The condition that can say which of everything, where there may be no name to write: aliases of keys, and tags. */
function bindOf(action: string, resource: string): Bind | undefined {
  if (serviceOf(action) === "kms") {
    return { on: "kms:ResourceAliases", holds: namesKeysByAlias };
  }
  const isWhole = /:[*?]+$/.test(action);
  return isWhole || (mustBeNamed(action) && !/:secret:rds!/.test(resource))
    ? undefined
    : {
        on: "tags such as aws:ResourceTag/role",
        holds: (condition) => bindsResource(condition, action),
      };
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
    if (!isEverybody(principal) || demands(condition, narrowing, (value) => value !== "*")) {
      return undefined;
    }
    return `${name} is for everybody. Name who it is for in Principal, or narrow it by a condition such as aws:PrincipalOrgID or aws:SourceArn.`;
  });
}

function isEverybody(principal: unknown): boolean {
  const values: readonly unknown[] = isRecord(principal) ? Object.values(principal).flat() : [principal];
  return values.some((value) => value === "*" || value === "arn:aws:iam::*:root");
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
