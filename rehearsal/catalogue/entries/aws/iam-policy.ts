import type { Refusal } from "../../../interpreter/entry";

/** What a policy is attached to decides what must be in it and what must not. */
export type PolicyKind = "identity" | "trust" | "resource";

/** Why a service would not take a policy document as JSON of its grammar; undefined when it would. */
export function malformedPolicy(text: string, kind: PolicyKind): Refusal | undefined {
  const message = problemOf(text, kind);
  return message === undefined ? undefined : { code: "MalformedPolicyDocument", message };
}

function problemOf(text: string, kind: PolicyKind): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return "Syntax errors in policy.";
  }
  if (!isObject(document)) return "Syntax errors in policy.";
  const version = document["Version"];
  if (version !== undefined && version !== "2012-10-17" && version !== "2008-10-17") {
    return "The policy is not in the valid JSON format.";
  }
  const statements = Array.isArray(document["Statement"])
    ? (document["Statement"] as unknown[])
    : [document["Statement"]];
  for (const statement of statements) {
    const problem = isObject(statement) ? problemOfStatement(statement, kind) : "Syntax errors in policy.";
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfStatement(statement: Record<string, unknown>, kind: PolicyKind): string | undefined {
  const has = (name: string): boolean =>
    statement[name] !== undefined || statement[`Not${name}`] !== undefined;
  if (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny") return "Syntax errors in policy.";
  if (!has("Action")) return "Policy statement must contain actions.";
  if (kind === "trust" && has("Resource")) return "Has prohibited field Resource";
  if (kind !== "trust" && !has("Resource")) return "Policy statement must contain resources.";
  if (kind === "identity" && has("Principal")) return "Policy document should not specify a principal.";
  if (kind !== "identity" && !has("Principal")) return "Missing required field Principal";
  return undefined;
}

/** Whether a resource's policy denies everybody an action, under no condition. */
export function deniesEverybody(text: string, action: string): boolean {
  return statementsOf(text).some(
    ({ Effect: effect, Principal: principal, Condition: condition, Action: actions }) =>
      effect === "Deny" &&
      condition === undefined &&
      (isObject(principal) ? listed(principal["AWS"]) : [principal]).includes("*") &&
      anyMatches(actions, action),
  );
}

/** Somebody's request of a resource, as its policy sees it. */
export interface PolicyRequest {
  /** What a policy may call who asks: a service's name, an ARN. */
  readonly principals: readonly string[];
  readonly action: string;
  readonly resource: string;
  /** Condition keys that the request has, in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

/** Whether a statement of a resource's policy allows a request. Denials are not looked at, and a condition on what the request has not fails. */
export function policyAllows(
  text: string,
  { action, context, principals, resource }: PolicyRequest,
): boolean {
  return statementsOf(text).some(
    ({ Action: actions, Condition: conditions, Effect: effect, Principal: principal, Resource: resources }) =>
      effect === "Allow" &&
      (isObject(principal) ? Object.values(principal).flatMap(listed) : [principal]).some(
        (one) => one === "*" || principals.includes(String(one)),
      ) &&
      anyMatches(actions, action) &&
      anyMatches(resources, resource) &&
      Object.entries(isObject(conditions) ? conditions : {}).every(([operator, keys]) =>
        Object.entries(isObject(keys) ? keys : {}).every(([key, wanted]) => {
          const has = context[key.toLowerCase()];
          return (
            /^(String(Equals|Like)|Arn(Equals|Like)|Bool)$/.test(operator) &&
            has !== undefined &&
            listed(wanted).some((one) => matches(String(one), has))
          );
        }),
      ),
  );
}

function statementsOf(text: string): readonly Record<string, unknown>[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return [];
  }
  return isObject(document) ? listed(document["Statement"]).filter(isObject) : [];
}

function anyMatches(patterns: unknown, text: string): boolean {
  return listed(patterns).some((pattern) => typeof pattern === "string" && matches(pattern, text));
}

function matches(pattern: string, action: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i").test(action);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
