import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { ciIdentity } from "../../settings/ci-identity";
import { ciSettings } from "../../settings/sections/ci";
import { iamSettings } from "../../settings/sections/iam";
import type { PolicyContext } from "../../policies/context";
import type { Rule } from "../../policies/rule";
import type { GuardLevel } from "../../guard/level";

/** The engine's marks for what is not known before a run, and the cover that the SDK puts over what rules are given. */
interface ProxyModule {
  unknownCheckingProxy(properties: Record<string, unknown>): Record<string, unknown>;
  readonly unknownStringValue: string;
  readonly unknownBooleanValue: string;
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by path: it has no types of its own
const proxy = require("@pulumi/policy/proxy") as ProxyModule;

/** A value of any kind that is not known before the run. */
export const UNKNOWN = proxy.unknownStringValue;

export const TAGS = { project: "groundwork", environment: "dev", "managed-by": "groundwork" } as const;

/** The permissions boundary that the stack names. */
export const BOUNDARY = "arn:aws:iam::111111111111:policy/boundary";

/** Who CI is for the stack. */
export const CI = ciIdentity(ciSettings.parse({ repository: "example/infrastructure" }), {
  project: "groundwork",
  stack: "dev",
  accountId: "111111111111",
  region: "eu-west-1",
  iam: iamSettings.parse({ permissionsBoundaryArn: BOUNDARY }),
});

export function contextOf(level: GuardLevel = "production"): PolicyContext {
  return {
    level,
    place: { accountId: "111111111111", region: "eu-west-1" },
    requiredTags: TAGS,
    permissionsBoundary: BOUNDARY,
    ci: CI,
    advisory: new Set(),
    exceptions: [],
    today: new Date("2026-06-15T12:00:00Z"),
  };
}

export interface Subject {
  readonly type: string;
  readonly props: Record<string, unknown>;
  readonly opts?: Partial<ResourceValidationArgs["opts"]>;
  /** Settings of its provider; null for what has none. */
  readonly provider?: Record<string, unknown> | null;
}

/** Settings of the stack's provider, as the engine shows them: lists and objects as JSON text. */
export const providerSettings = {
  region: "eu-west-1",
  allowedAccountIds: '["111111111111"]',
  defaultTags: JSON.stringify({ tags: TAGS }),
};

/** What a rule says of one resource, covered and asked as the SDK does it. */
export async function violations(rule: Rule, subject: Subject, context = contextOf()): Promise<string[]> {
  const policy = rule.bind(context) as ResourceValidationPolicy;
  const messages: string[] = [];
  const validations = [policy.validateResource ?? []].flat();
  for (const validate of validations) {
    await validate(argsOf(subject), (message) => messages.push(message));
  }
  return messages;
}

function argsOf({ type, props, opts, provider = providerSettings }: Subject): ResourceValidationArgs {
  const covered = proxy.unknownCheckingProxy(props);
  return {
    type,
    props: covered,
    urn: `urn:pulumi:dev::groundwork::${type}::subject`,
    name: "subject",
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
      ...opts,
    },
    ...(provider === null
      ? {}
      : {
          provider: {
            type: "pulumi:providers:aws",
            name: "aws",
            urn: "urn:pulumi:dev::groundwork::pulumi:providers:aws::aws",
            props: proxy.unknownCheckingProxy(provider),
          },
        }),
    stackTags: new Map(),
    isType: () => {
      throw new Error("rules ask for the type by its token");
    },
    asType: () => {
      throw new Error("rules ask for the type by its token");
    },
    getConfig: () => {
      throw new Error("a rule must not be switched off by configuration of the pack");
    },
    notApplicable: () => {
      throw new Error("not applicable");
    },
  };
}

export interface Member {
  readonly type: string;
  readonly name: string;
  readonly props: Record<string, unknown>;
  /** Property to names of members that its value comes from. */
  readonly from?: Readonly<Record<string, readonly string[]>>;
}

/** What a rule says of a whole stack: message and name of the resource. */
export async function stackViolations(
  rule: Rule,
  members: readonly Member[],
  context = contextOf(),
): Promise<[string, string | undefined][]> {
  const policy = rule.bind(context) as StackValidationPolicy;
  const resources = new Map(members.map((member) => [member.name, resourceOf(member)]));
  for (const member of members) {
    const resource = resources.get(member.name) as PolicyResource;
    for (const [property, names] of Object.entries(member.from ?? {})) {
      resource.propertyDependencies[property] = names.map((name) => resources.get(name) as PolicyResource);
    }
  }
  const messages: [string, string | undefined][] = [];
  await policy.validateStack(
    {
      resources: [...resources.values()],
      stackTags: new Map(),
      getConfig: () => {
        throw new Error("a rule must not be switched off by configuration of the pack");
      },
      notApplicable: () => {
        throw new Error("not applicable");
      },
    },
    (message, urn) => messages.push([message, urn?.split("::").at(-1)]),
  );
  return messages;
}

function resourceOf({ type, name, props }: Member): PolicyResource {
  const args = argsOf({ type, props });
  return {
    ...args,
    urn: `urn:pulumi:dev::groundwork::${type}::${name}`,
    name,
    dependencies: [],
    propertyDependencies: {},
  };
}
