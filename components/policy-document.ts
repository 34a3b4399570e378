/** One statement of an IAM policy, with lists always written as lists so that documents compare. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | Readonly<Record<string, string>>;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A policy as the JSON text that AWS takes. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Characters that all inline policies of a role may have together, white space not counted. Source: IAM and STS quotas. */
export const ROLE_POLICY_LIMIT = 10_240;

/** Characters of a policy that count against IAM's limits. */
export function policySize(policy: string): number {
  return policy.replace(/\s/g, "").length;
}
