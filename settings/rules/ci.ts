import { finding, type Rule } from "./rule";

/** Who may make roles without a boundary may make one that may do everything. */
const productionHasABoundary: Rule = function* ({ ci, declared, guardLevel, iam }) {
  if (
    declared.has("ci") &&
    guardLevel === "production" &&
    iam?.permissionsBoundaryArn === undefined &&
    ci !== undefined
  ) {
    yield finding("ci", [], {
      message:
        "its role `apply` makes roles, and could make one that may do everything in the account of guard level production",
      allowed:
        "the section beside groundwork:iam.permissionsBoundaryArn, the ARN of a managed policy that none of them can go beyond",
    });
  }
};

/** Whether a principal is one of the roles that groundwork:ci makes. */
export function isOfCi(
  principalArn: string,
  ci: { readonly stack?: string | undefined } | undefined,
  { project, stack }: { readonly project: string; readonly stack: string },
): boolean {
  return (
    ci !== undefined && new RegExp(`/${project}-${ci.stack ?? stack}-ci-(plan|apply)$`).test(principalArn)
  );
}

/** EKS takes one access entry of a principal, and the program makes those of its own roles. */
const accessIsGivenOnce: Rule = function* ({ ci, cluster, ...named }) {
  for (const [name, entry] of Object.entries(cluster?.accessEntries ?? {})) {
    if (isOfCi(entry?.principalArn ?? "", ci, named)) {
      yield finding("cluster", ["accessEntries", name, "principalArn"], {
        message: "is a role of groundwork:ci, which has its entry by itself",
        allowed: "the roles of others",
      });
    }
  }
};

/** Azure's credential is for the stack whose state it is, and the roles of another stack are no business of it. */
const azureIsForItsOwnStack: Rule = function* ({ ci, declared, stack }) {
  if (declared.has("state") && ci?.stack !== undefined && ci.stack !== stack) {
    yield finding("ci", ["stack"], {
      message: `is ${JSON.stringify(ci.stack)}, and groundwork:state beside it would give CI identities for the state of this stack`,
      allowed: "groundwork:ci for another stack in a file without groundwork:state",
    });
  }
};

export const ciRules: readonly Rule[] = [productionHasABoundary, accessIsGivenOnce, azureIsForItsOwnStack];
