import { z } from "zod";

// How AWS decides, as its IAM User Guide says it: "Policy evaluation logic", "IAM JSON policy elements: Condition operators",
// "Single-valued vs. multivalued context keys" and "Variables and tags". What is not here throws; nothing is guessed.

const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.union([item.transform((value) => [value]), z.array(item).min(1)]);
const texts = oneOrMany(z.string().min(1));
const actions = oneOrMany(z.string().regex(/^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$/));
const resources = oneOrMany(z.string().regex(/^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/));
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const principals = z.union([
  z.literal("*").transform(() => ({ AWS: ["*"] })),
  z.strictObject({ AWS: texts.optional(), Service: texts.optional(), Federated: texts.optional() }),
]);
const statementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Principal: principals.optional(),
    Action: actions.optional(),
    NotAction: actions.optional(),
    Resource: resources.optional(),
    NotResource: resources.optional(),
    Condition: z.record(z.string(), z.record(z.string(), oneOrMany(scalar))).default({}),
  })
  .refine(
    ({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined),
    "one of Action, NotAction",
  )
  .refine(
    ({ Resource, NotResource }) => (Resource === undefined) !== (NotResource === undefined),
    "one of Resource, NotResource",
  );
type Statement = z.infer<typeof statementSchema>;

const documentSchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Id: z.string().optional(),
  Statement: oneOrMany(statementSchema),
});

export type Context = Readonly<Record<string, string | readonly string[]>>;

export interface Asked {
  /** ARN of the user or role that asks. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Account that the resource is in. */
  readonly resourceAccount: string;
  readonly context: Context;
}

/** The statements of a policy. @throws ZodError for what IAM would not take, or this does not know. */
export function statementsOf(policy: string, kind: "identity" | "resource"): readonly Statement[] {
  const { Statement: statements } = documentSchema.parse(JSON.parse(policy));
  for (const { Principal } of statements) {
    if ((Principal === undefined) !== (kind === "identity")) {
      throw new Error(
        `A statement of ${kind}'s policy ${Principal === undefined ? "names no" : "names a"} Principal.`,
      );
    }
  }
  return statements;
}

/** An explicit denial wins; within an account either side may allow, across accounts both have to. */
export function evaluate(
  asked: Asked,
  identity: readonly Statement[],
  resource: readonly Statement[],
): "Allowed" | "Denied" {
  const [account] = asked.principal.split(":").slice(4);
  const ofIdentity = identity.filter((statement) => applies(statement, asked));
  const ofResource = resource
    .filter((statement) => applies(statement, asked))
    .map((statement) => ({ statement, is: principalIs(statement, asked.principal) }))
    .filter(({ is }) => is !== "another");
  const denied =
    ofIdentity.some(({ Effect }) => Effect === "Deny") ||
    ofResource.some(({ statement }) => statement.Effect === "Deny");
  const byIdentity = ofIdentity.some(({ Effect }) => Effect === "Allow");
  const grants = ofResource.filter(({ statement }) => statement.Effect === "Allow");
  const allowed =
    account === asked.resourceAccount
      ? // To name the account leaves it to the account, which says so in the identity's policies.
        byIdentity || grants.some(({ is }) => is === "itself")
      : byIdentity && grants.length > 0;
  return allowed && !denied ? "Allowed" : "Denied";
}

function principalIs({ Principal }: Statement, principal: string): "itself" | "its account" | "another" {
  const named = Principal?.AWS ?? [];
  const account = principal.split(":")[4] ?? "";
  if (named.some((one) => one === "*" || one === principal)) {
    return "itself";
  }
  return named.some((one) => one === account || one === `arn:aws:iam::${account}:root`)
    ? "its account"
    : "another";
}

function applies(statement: Statement, { action, resource, context }: Asked): boolean {
  const { Action, NotAction, Resource, NotResource, Condition } = statement;
  const isOf = (patterns: readonly string[], value: string, as: (pattern: string) => string): boolean =>
    patterns.some((pattern) => matches(as(pattern), as(value), context));
  const lower = (text: string): string => text.toLowerCase();
  const same = (text: string): string => text;
  const ofAction = Action === undefined ? !isOf(NotAction ?? [], action, lower) : isOf(Action, action, lower);
  const ofResource =
    Resource === undefined ? !isOf(NotResource ?? [], resource, same) : isOf(Resource, resource, same);
  // All operators and all their keys have to hold.
  const holds = Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => test(operator, key, wanted, context)),
  );
  return ofAction && ofResource && holds;
}

/** Whether a text is of a pattern with `*`, `?` and variables; what a variable stands for is no pattern. */
function matches(pattern: string, value: string, context: Context): boolean {
  const escape = (text: string): string => text.replace(/[\\^$.|+()[\]{}*?]/g, "\\$&");
  const source = pattern.replace(/\$\{([^}]*)\}|([*])|([?])|[^]/g, (found, variable?: string) => {
    if (variable === undefined) {
      return found === "*" ? "[^]*" : found === "?" ? "[^]" : escape(found);
    }
    return escape(/^[*?$]$/.test(variable) ? variable : valueOf(variable, context));
  });
  return new RegExp(`^${source}$`).test(value);
}

function valueOf(variable: string, context: Context): string {
  const value = contextValue(variable, context);
  if (typeof value !== "string") {
    throw new Error(`A policy has \${${variable}}, of which the request has no single value.`);
  }
  return value;
}

/** Names of keys are the same in upper and lower case. */
function contextValue(key: string, context: Context): string | readonly string[] | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

type Comparison = (wanted: string, is: string, context: Context) => boolean;

const number = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) {
    throw new Error(`${JSON.stringify(text)} is no number.`);
  }
  return value;
};
const isEqual: Comparison = (wanted, is, context) =>
  matches(
    wanted.replace(/\$\{[^}]*\}|[*?]/g, (found) => (found.length > 1 ? found : `\${${found}}`)),
    is,
    context,
  );
const isEqualArn: Comparison = (wanted, is, context) => {
  // Each of the first five parts by itself.
  const split = (arn: string): readonly string[] => {
    const parts = arn.split(":");
    return [...parts.slice(0, 5), parts.slice(5).join(":")];
  };
  const parts = split(is);
  return split(wanted).every((part, index) => matches(part, parts[index] ?? "", context));
};

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: isEqual,
  StringEqualsIgnoreCase: (wanted, is, context) => isEqual(wanted.toLowerCase(), is.toLowerCase(), context),
  StringLike: matches,
  ArnEquals: isEqualArn,
  ArnLike: isEqualArn,
  Bool: (wanted, is) => wanted.toLowerCase() === is.toLowerCase(),
  NumericEquals: (wanted, is) => number(is) === number(wanted),
  NumericLessThan: (wanted, is) => number(is) < number(wanted),
  NumericLessThanEquals: (wanted, is) => number(is) <= number(wanted),
  NumericGreaterThan: (wanted, is) => number(is) > number(wanted),
  NumericGreaterThanEquals: (wanted, is) => number(is) >= number(wanted),
};

function test(operator: string, key: string, wanted: readonly string[], context: Context): boolean {
  const is = contextValue(key, context);
  if (operator === "Null") {
    return wanted.some((value) => (value === "true") === (is === undefined));
  }
  const [, set, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = /^(String|Arn|Numeric)Not/.test(name);
  const compare = comparisons[name.replace(/^(String|Arn|Numeric)Not/, "$1")];
  if (compare === undefined) {
    throw new Error(`This evaluation knows no operator ${operator}.`);
  }
  if (is === undefined) {
    return ifExists !== undefined || (set === undefined ? negated : set === "ForAllValues");
  }
  // Values of the policy: one of them has to be right, and with a negated operator none of them may be.
  const holds = (value: string): boolean => wanted.some((one) => compare(one, value, context)) !== negated;
  const values = typeof is === "string" ? [is] : is;
  if (set === undefined && typeof is !== "string") {
    throw new Error(`${key} has several values: ${operator} needs ForAllValues or ForAnyValue.`);
  }
  return set === "ForAllValues" ? values.every(holds) : values.some(holds);
}
