import { z } from "zod";
import { format, setting } from "../describe";

/** Registries that ECR fetches from. Source: Amazon ECR User Guide, Sync an upstream registry. */
const open = ["public.ecr.aws", "registry.k8s.io", "quay.io"] as const;
const closed = ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com"] as const;

/** Whether a registry wants a login, as ECR sees it. */
export function wantsLogin(upstream: string): boolean {
  return (closed as readonly string[]).includes(upstream);
}

const prefix = format(
  z
    .string()
    .regex(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/)
    .min(2)
    .max(30),
  {
    allowed: "2 to 30 lower-case letters, digits and single dots, hyphens and underscores",
    examples: ["docker-hub"],
  },
);

const rule = z.strictObject({
  upstream: setting(z.enum([...open, ...closed]), {
    description: "The registry that images come from. Docker Hub is registry-1.docker.io.",
  }),
  credentialArn: setting(
    format(
      z
        .string()
        .regex(
          /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:ecr-pullthroughcache\/[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$/,
        ),
      {
        allowed:
          "the whole ARN of a secret in aws:region whose name begins with ecr-pullthroughcache/, as ECR wants it",
      },
    ).optional(),
    {
      description:
        "Secret with username and accessToken, which ECR logs in with. Needed for Docker Hub, GitHub and GitLab.",
      defaultText: "none: nobody logs in",
      examples: [
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/docker-hub-a1B2c3",
      ],
    },
  ),
});

export const pullThroughCache = setting(z.record(prefix, rule).default({}), {
  description:
    "Registries whose images nodes take from ECR of this account, which fetches and keeps them, by the prefix of their repositories there: " +
    "docker.io/grafana/grafana is ACCOUNT.dkr.ecr.REGION.amazonaws.com/docker-hub/grafana/grafana. One limit of pulls for all behind one NAT " +
    "address is none any more, and a registry that is away stops no pod. Prefixes are the account's: another stack in it takes others. " +
    "Repositories that ECR has made stay.",
  examples: [
    {
      "docker-hub": {
        upstream: "registry-1.docker.io",
        credentialArn:
          "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ecr-pullthroughcache/docker-hub-a1B2c3",
      },
      quay: { upstream: "quay.io" },
    },
  ],
});
