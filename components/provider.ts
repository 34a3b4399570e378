import { Provider } from "@pulumi/aws/provider";
import type { TagsSettings } from "../settings/sections/tags";
import type { StackContext } from "../settings/stack-context";
import { tagsOfStack } from "./names";

/**
 * The one AWS provider of a stack. It is bound to the stack's account: with credentials of another account it refuses
 * to do anything, before anything is read or changed. Its tags are put on every resource that takes tags.
 */
export function createProvider(context: StackContext, tags: TagsSettings): Provider {
  return new Provider("aws", {
    region: context.region,
    allowedAccountIds: [context.accountId],
    ...(context.login?.profile !== undefined && { profile: context.login.profile }),
    ...((context.login?.assumeRoles.length ?? 0) > 0 && { assumeRoles: context.login?.assumeRoles }),
    defaultTags: {
      tags: {
        // First, so that these three always say what they mean.
        ...tags,
        ...tagsOfStack(context),
      },
    },
  });
}
