import { partition } from "../../components/arns";
import { roleTags } from "../../components/fleets/fleet-data";
import { physicalName } from "../../components/names";
import { ROLE_POLICY_LIMIT } from "../../components/policy-document";
import { sessionDocumentName } from "../../components/sessions/session-names";
import type { StackContext } from "../../settings/stack-context";

/** Sessions on the machines of a role, until then. */
export interface Grant {
  readonly role: string;
  /** Milliseconds since 1970, whole seconds. */
  readonly until: number;
}

/** Who has a grant: an IAM user, or a role that people take. */
export interface Person {
  readonly kind: "user" | "role";
  readonly name: string;
  /** Whom a role lets in that was made for this grant; absent for a role that others made. */
  readonly door?: Door;
}

/**
 * People of IAM Identity Center. Nobody may change the roles of its permission sets but itself, so that each grant has a role of its own
 * in between: its trust policy names the permission set's role, or one session of it, which is one person. In one account that is
 * enough: neither needs a permission to take it.
 * Source: AWS STS API Reference, AssumeRole; IAM User Guide, "AWS JSON policy elements: Principal", role session principals.
 */
export interface Door {
  /** `AWSReservedSSO_Operators_0123456789abcdef`. */
  readonly role: string;
  /** As `aws sts get-caller-identity` shows it at the end: mostly the address of mail. Absent: everybody with the permission set. */
  readonly session?: string;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const roleTag = "ssm:resourceTag/role";

/** What all inline policies of one identity may have together, white space not counted. Source: IAM quotas. */
export const inlineLimits: Readonly<Record<Person["kind"], number>> = { user: 2048, role: ROLE_POLICY_LIMIT };

/** One policy for all grants of a person in a stack: what they have in common is then said once. */
export function grantsPolicyName(context: StackContext): string {
  return physicalName(context, "access");
}

/**
 * Sessions (shells) on machines that have the tags of the role, each until its time; and of one's own sessions, and no others,
 * their end and return. IAM compares the time with its own clock at each call: nobody has to take a grant back.
 * Source: AWS Systems Manager User Guide, "Additional sample IAM policies for Session Manager".
 *
 * @throws Error without grants: there is no policy that grants nothing.
 */
export function grantsPolicy(context: StackContext, kind: Person["kind"], grants: readonly Grant[]): string {
  if (grants.length === 0) {
    throw new Error("no grants, no policy");
  }
  const aws = `arn:${partition(context.region)}`;
  const at = `${context.region}:${context.accountId}`;
  const before = (until: number): Record<string, Record<string, string>> => ({
    DateLessThan: { "aws:CurrentTime": `${new Date(until).toISOString().slice(0, 19)}Z` },
  });
  const last = Math.max(...grants.map(({ until }) => until));
  const own =
    kind === "user"
      ? { Resource: `${aws}:ssm:*:*:session/\${aws:username}-*`, Condition: before(last) }
      : {
          Resource: `${aws}:ssm:*:*:session/*`,
          Condition: {
            StringLike: { "ssm:resourceTag/aws:ssmmessages:session-id": ["${aws:userid}"] },
            ...before(last),
          },
        };
  const { environment = "", project = "" } = roleTags(context, "");
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      ...[...grants]
        .sort((a, b) => a.role.localeCompare(b.role))
        .map(({ role, until }) => ({
          Effect: "Allow",
          Action: "ssm:StartSession",
          Resource: `${aws}:ec2:${at}:instance/*`,
          Condition: {
            StringEquals: {
              [roleTag]: role,
              "ssm:resourceTag/environment": environment,
              "ssm:resourceTag/project": project,
            },
            // Without it the document of the call is not looked at: port forwarding and commands would be allowed too.
            BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" },
            ...before(until),
          },
        })),
      {
        Effect: "Allow",
        Action: "ssm:StartSession",
        Resource: `${aws}:ssm:${at}:document/${sessionDocumentName(context)}`,
        Condition: before(last),
      },
      { Effect: "Allow", Action: ["ssm:ResumeSession", "ssm:TerminateSession"], ...own },
    ],
  });
}

/** The grants of such a policy; what does not look like one is none. */
export function grantsOf(policy: string): readonly Grant[] {
  let document: { readonly Statement?: unknown };
  try {
    document = JSON.parse(policy) as { readonly Statement?: unknown };
  } catch {
    return [];
  }
  const statements = Array.isArray(document.Statement) ? (document.Statement as readonly Statement[]) : [];
  return statements.flatMap(({ Condition: condition }) => {
    const role = condition?.["StringEquals"]?.[roleTag];
    const until = Date.parse(String(condition?.["DateLessThan"]?.["aws:CurrentTime"]));
    return typeof role === "string" && Number.isFinite(until) ? [{ role, until }] : [];
  });
}

/** With this grant in place of an earlier one for the same role, and without those that are over. */
export function withGrant(had: readonly Grant[], grant: Grant, now: number): readonly Grant[] {
  return [...standing(had, now).filter(({ role }) => role !== grant.role), grant];
}

/** Those that are not over. */
export function standing(grants: readonly Grant[], now: number): readonly Grant[] {
  return grants.filter(({ until }) => until > now);
}
