import { createHash } from "node:crypto";
import { partition } from "../../components/arns";
import { iamBounds } from "../../components/iam-place";
import { physicalName } from "../../components/names";
import type { StackContext } from "../../settings/stack-context";
import type { Door, Person } from "./grants";

/** On roles that were made for grants: whom they are for. */
export const doorTag = "groundwork:access-for";

/** Roles of permission sets, in every account alike. Source: IAM Identity Center User Guide, "Referencing permission sets". */
const permissionSetRole = /^AWSReservedSSO_[\w+=,.@-]{1,32}_[0-9a-f]{16}$/;

export function isPermissionSetRole(name: string): boolean {
  return permissionSetRole.test(name);
}

/** The person that a grant goes to, for people of a permission set. */
export function personThrough(context: StackContext, door: Door): Person {
  const digest = createHash("sha256").update(doorText(door)).digest("hex").slice(0, 12);
  return { kind: "role", name: physicalName(context, `access-${digest}`), door };
}

/** `AWSReservedSSO_Operators_0123456789abcdef/ann@example.com`: a person reads it, and the role's tag holds it. */
export function doorText({ role, session }: Door): string {
  return session === undefined ? role : `${role}/${session}`;
}

/** Back from the tag. */
export function doorOf(text: string): Door {
  const [role = "", session] = text.split("/");
  return session === undefined ? { role } : { role, session };
}

/** What the account demands of roles. */
export function doorDemands(context: StackContext): {
  readonly Path?: string;
  readonly PermissionsBoundary?: string;
} {
  const { path, permissionsBoundary } = iamBounds(context);
  return {
    ...(path !== undefined && { Path: path }),
    ...(permissionsBoundary !== undefined && { PermissionsBoundary: permissionsBoundary }),
  };
}

/** @param roleArn Of the permission set's role, with its path. */
export function trustPolicy(context: StackContext, { role, session }: Door, roleArn: string): string {
  const one = `arn:${partition(context.region)}:sts::${context.accountId}:assumed-role/${role}/${session ?? ""}`;
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { AWS: session === undefined ? roleArn : one },
      },
    ],
  });
}
