import type { StackContext } from "../settings/stack-context";

type Demands = Pick<StackContext, "iam">;

/** Where policies and instance profiles stand; without a path nothing is said, which is IAM's own. */
export function iamPath({ iam }: Demands): { readonly path?: string } {
  return iam === undefined || iam.path === "/" ? {} : { path: iam.path };
}

/** The same of roles and users, and what they can never go beyond. */
export function iamBounds(context: Demands): {
  readonly path?: string;
  readonly permissionsBoundary?: string;
} {
  const boundary = context.iam?.permissionsBoundaryArn;
  return { ...iamPath(context), ...(boundary !== undefined && { permissionsBoundary: boundary }) };
}
