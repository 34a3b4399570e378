import { isWide, withoutVariables } from "./iam-resources";
import { isRecord } from "../unknown";

/** Operators that a request without the key does not pass. */
const demanding = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/;

/** Whether a condition demands that a key has one of certain values, all of which are as they should be. */
export function demands(
  condition: unknown,
  key: RegExp,
  isRight: (value: string, key: string) => boolean,
): boolean {
  return entries(condition).some(
    ([operator, name, values]) =>
      demanding.test(operator) &&
      key.test(name) &&
      values.length > 0 &&
      values.every((value) => typeof value === "string" && isRight(value, name)),
  );
}

/**
 * Keys have no names but their aliases: a condition on these says which, before there is a key, as the beginning of a name
 * does elsewhere. Only an operator that a key without the alias does not pass.
 */
export function namesKeysByAlias(condition: unknown): boolean {
  return entries(condition).some(
    ([operator, name, values]) =>
      operator === "ForAnyValue:StringEquals" &&
      name === "kms:ResourceAliases" &&
      values.length > 0 &&
      values.every((value) => typeof value === "string" && /^alias\/[\w/-]+$/.test(value)),
  );
}

const resourceTag = /^[a-z0-9-]+:resourcetag\/(.+)$/i;
const requestTag = /^aws:requesttag\/(.+)$/i;

/**
 * Whether a condition says which things of a kind an action is allowed on: those with a tag, those in one VPC or one ECS
 * cluster; for what makes things, those that get a tag; for what tags, only what is being made. Who asks, and from where,
 * says nothing of what is asked for.
 */
export function bindsResource(condition: unknown, action: string): boolean {
  const name = action.split(":")[1] ?? "";
  return (
    hasTag(condition, resourceTag) ||
    (/^(Create(?!Tags)\w+|RunInstances)$/i.test(name) && hasTag(condition, requestTag)) ||
    (/^(CreateTags|AddTags)$/i.test(name) &&
      demands(condition, /^(ec2|elasticloadbalancing):CreateAction$/i, (value) => /^\w+$/.test(value))) ||
    demands(condition, /^(ec2:Vpc|ecs:cluster)$/i, (value) => !isWide(value))
  );
}

/**
 * A value that begins with something fixed. That a tag is there at all says enough only of one with a domain before it
 * (`elbv2.k8s.aws/cluster`), which the controllers of that name put on what they make, and nobody on everything.
 */
function hasTag(condition: unknown, key: RegExp): boolean {
  const isController = (name: string): boolean => /\/[\w-]+(\.[\w-]+)+\//.test(name);
  return (
    demands(condition, key, (value, name) => {
      const text = withoutVariables(value);
      return text !== "" && (!/^[*?]/.test(text) || isController(name));
    }) ||
    entries(condition).some(
      ([operator, name, values]) =>
        operator === "Null" &&
        key.test(name) &&
        isController(name) &&
        values.every((value) => value === "false" || value === false),
    )
  );
}

/** Operator, key and values, of all that a condition has: all of them must hold. */
function entries(condition: unknown): (readonly [string, string, readonly unknown[]])[] {
  return Object.entries(isRecord(condition) ? condition : {}).flatMap(([operator, keys]) =>
    Object.entries(isRecord(keys) ? keys : {}).map(
      ([key, value]) => [operator, key, [value].flat() as readonly unknown[]] as const,
    ),
  );
}
