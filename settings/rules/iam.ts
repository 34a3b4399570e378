import { finding, type Rule } from "./rule";

/** Sections with roles, users or policies. */
const withRoles = ["network", "cluster", "users", "staticServices", "workerGroups", "fleets", "ci"] as const;

const somethingHasARole: Rule = function* ({ declared, iam }) {
  const says = iam !== undefined && (iam.path !== "/" || "permissionsBoundaryArn" in iam);
  if (says && !withRoles.some((section) => declared.has(section))) {
    yield finding("iam", [], {
      message: "there is nothing with a role that it would be for",
      allowed: `the section beside one of ${withRoles.map((section) => `groundwork:${section}`).join(", ")}`,
    });
  }
};

/** `aws eks get-token`, by which the cluster is reached, takes a role, but no external id. */
const clusterIsReached: Rule = function* ({ awsLogin, declared }) {
  if (
    declared.has("cluster") &&
    awsLogin?.assumeRoles?.some((role) => role !== undefined && "externalId" in role) === true
  ) {
    yield {
      key: "aws:assumeRoles",
      path: [0, "externalId"],
      message: "`aws eks get-token`, by which the cluster is reached, takes none",
      allowed: "aws:profile, of a profile with role_arn and external_id, in place of aws:assumeRoles",
    };
  }
};

export const iamRules: readonly Rule[] = [somethingHasARole, clusterIsReached];
