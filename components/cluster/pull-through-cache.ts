import type * as pulumi from "@pulumi/pulumi";
import { PullThroughCacheRule } from "@pulumi/aws/ecr/pullThroughCacheRule";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import type { ClusterSettings } from "../../settings/sections/cluster";
import { repositoriesArn } from "../arns";
import { policyDocument } from "../policy-document";
import type { StackContext } from "../../settings/stack-context";

export interface PullThroughCacheArgs {
  readonly context: StackContext;
  readonly settings: ClusterSettings["pullThroughCache"];
  /** Of the nodes, which pull. */
  readonly roleName: pulumi.Input<string>;
  readonly parent: pulumi.Resource;
}

/**
 * Registries whose images ECR fetches and keeps when a node asks for one. Fetching is in the nodes' policy for pulling; the first pull
 * makes the repository, which is not.
 *
 * @returns What has to be there before a node pulls.
 */
export function createPullThroughCache(
  name: string,
  { context, settings, roleName, parent }: PullThroughCacheArgs,
): pulumi.Resource[] {
  const caches = Object.entries(settings);
  if (caches.length === 0) {
    return [];
  }
  return [
    ...caches.map(
      ([prefix, { upstream, credentialArn }]) =>
        new PullThroughCacheRule(
          `${name}-${prefix}`,
          {
            ecrRepositoryPrefix: prefix,
            upstreamRegistryUrl: upstream,
            ...(credentialArn !== undefined && { credentialArn }),
          },
          // A prefix is taken once in an account.
          { parent, deleteBeforeReplace: true },
        ),
    ),
    new RolePolicy(
      `${name}-pull-through`,
      {
        role: roleName,
        policy: policyDocument([
          {
            Sid: "MakeRepositoriesOfCaches",
            Effect: "Allow",
            Action: ["ecr:CreateRepository"],
            Resource: caches.map(([prefix]) => repositoriesArn(context, prefix)),
          },
        ]),
      },
      { parent },
    ),
  ];
}
