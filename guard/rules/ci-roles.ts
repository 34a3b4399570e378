/** The one issuer whose tokens are taken. Source: GitHub Docs, "OpenID Connect in Amazon Web Services". */
const issuer = "token.actions.githubusercontent.com";
/** Whom the tokens are for: what `aws-actions/configure-aws-credentials` asks GitHub to write into them. */
const audience = "sts.amazonaws.com";

/** `plan` reads, `apply` changes. */
export const ciRoleKinds = ["plan", "apply"] as const;
export type CiRoleKind = (typeof ciRoleKinds)[number];

/** What decides who CI is and what its roles may do; made of the settings alone, so that pack and program say the same. */
export interface CiIdentity {
  readonly project: string;
  /** Whose runs the roles are for. */
  readonly stack: string;
  readonly accountId: string;
  /** `aws`; of every ARN. */
  readonly partition: string;
  /** `aws:region` first, then the others that `apply` may work in. */
  readonly regions: readonly string[];
  /** As GitHub writes it into the subject: `owner/name`, or `owner@1/name@2`. */
  readonly repository: string;
  /** What is reviewed and merged. */
  readonly branch: string;
  /** GitHub's environment, whose protection is the approval. */
  readonly environment: string;
  /** Of every role that `apply` makes, and of itself. */
  readonly permissionsBoundary?: string;
  /** IAM path of all of them, beginning and ending with a slash. */
  readonly path: string;
  /** Key that encrypts the stack's secrets. */
  readonly secretsKeyArn?: string;
  /** S3 bucket that holds the state. */
  readonly stateBucket?: string;
}

/** Fixed, since workflows name it: `groundwork-dev-ci-plan`. */
export function ciRoleName({ project, stack }: CiIdentity, kind: CiRoleKind): string {
  return `${project}-${stack}-ci-${kind}`;
}

export function ciRoleArn(ci: CiIdentity, kind: CiRoleKind): string {
  return `arn:${ci.partition}:iam::${ci.accountId}:role${ci.path}${ciRoleName(ci, kind)}`;
}

/** IAM makes it of account and address, so it is known before there is one: an account has one provider of an address. */
export function ciProviderArn({ accountId, partition }: Pick<CiIdentity, "accountId" | "partition">): string {
  return `arn:${partition}:iam::${accountId}:oidc-provider/${issuer}`;
}

/** What a provider is made of. No thumbprint: AWS trusts GitHub's certificates by its own list of authorities. */
export const ciProvider = { url: `https://${issuer}`, audience } as const;

/**
 * Subjects of tokens that may take a role, each whole: a wildcard would let in whoever can name a branch.
 *
 * `plan`: pull requests (GitHub gives no token to those of forks), and the branch, where drift and releases are looked for.
 * `apply`: jobs of the environment alone.
 * Source: GitHub Docs, "OpenID Connect reference", example subject claims.
 */
export function ciSubjects(ci: CiIdentity, kind: CiRoleKind): readonly string[] {
  const of = (what: string): string => `repo:${ci.repository}:${what}`;
  return kind === "apply"
    ? [of(`environment:${ci.environment}`)]
    : [of("pull_request"), of(`ref:refs/heads/${ci.branch}`)];
}

/**
 * Who may take a role of CI, as its trust policy.
 *
 * `apply` wants the branch besides: an environment that nobody has made GitHub makes at the first job that names it, and it lets in
 * every branch. Source of the key: AWS, "STS supports validation of identity provider claims", January 2026.
 */
export function ciTrust(ci: CiIdentity, kind: CiRoleKind): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "GitHub",
        Effect: "Allow",
        Principal: { Federated: ciProviderArn(ci) },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            [`${issuer}:aud`]: audience,
            [`${issuer}:sub`]: ciSubjects(ci, kind),
            ...(kind === "apply" && { [`${issuer}:ref`]: `refs/heads/${ci.branch}` }),
          },
        },
      },
    ],
  });
}

/** Whether a trust policy lets in whom GitHub vouches for: of this account's provider, or of any. */
export function trustsGitHub(principal: unknown): boolean {
  return JSON.stringify(principal ?? "").includes(`oidc-provider/${issuer}`);
}
