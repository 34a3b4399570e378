import { nearestName } from "./nearest";
import type { Finding } from "./problem";
import { sectionNames } from "./schema";
import { isSecretName, secretNames } from "./secrets";
import { awsSettings } from "./sections/aws";

/** The project's name in Pulumi.yaml, and so the namespace of its configuration. */
export const namespace = "groundwork";

/** Keeps the engine from making providers by itself, with the credentials that happen to be there. */
export const defaultProvidersKey = "pulumi:disable-default-providers";

/** Whether a configuration key decides over what the program does, and over which account. */
export function isDecisive(key: string): boolean {
  return key.startsWith(`${namespace}:`) || key.startsWith("aws:") || key === defaultProvidersKey;
}

const knownNames: readonly string[] = [...sectionNames, ...secretNames];
const awsKeys = Object.keys(awsSettings.shape);

/**
 * Configuration keys that nothing would read. Keys of other packages (`kubernetes:…`, `pulumi:…`) are theirs to
 * judge, unless they look like a misspelt one of ours.
 */
export function unknownKeys(values: Readonly<Record<string, string>>): readonly Finding[] {
  return Object.keys(values).flatMap((key) => {
    const [space = "", ...rest] = key.split(":");
    const name = rest.join(":");
    if (space === namespace) {
      return knownNames.includes(name) || isSecretName(name) ? [] : [unknownSection(key, name)];
    }
    if (space === "aws") {
      return awsKeys.includes(name) ? [] : [unknownAwsKey(key, name)];
    }
    const meant = strayKey(space, name);
    return meant === undefined ? [] : [strayNamespace(key, space, meant)];
  });
}

function unknownSection(key: string, name: string): Finding {
  const nearest = nearestName(name, knownNames);
  return {
    key,
    path: [],
    message: `${JSON.stringify(name)} is not a section that this version knows`,
    allowed: `the sections ${sectionNames.join(", ")}`,
    ...(nearest === undefined ? {} : { suggestion: `Did you mean ${namespace}:${nearest}?` }),
    aboutKey: true,
  };
}

function unknownAwsKey(key: string, name: string): Finding {
  const nearest = nearestName(name, awsKeys);
  return {
    key,
    path: [],
    message:
      "nothing reads it: the program's AWS provider takes region, account, profile and a role to assume from here, and no more",
    allowed: awsKeys.map((known) => `aws:${known}`).join(", "),
    suggestion:
      nearest === undefined
        ? "Credentials come from the environment (AWS_PROFILE and the like)."
        : `Did you mean aws:${nearest}?`,
    aboutKey: true,
  };
}

/** `grondwork:network` and `network:cidrBlock`: the key that was meant. */
function strayKey(space: string, name: string): string | undefined {
  const section = sectionNames.find((known) => known === space);
  if (section !== undefined) {
    return `${namespace}:${section}`;
  }
  return nearestName(space, [namespace]) === undefined ? undefined : `${namespace}:${name}`;
}

function strayNamespace(key: string, space: string, meant: string): Finding {
  return {
    key,
    path: [],
    message: `nothing reads it: there is no package ${JSON.stringify(space)}`,
    allowed: `${namespace}:<section>, aws:region, aws:allowedAccountIds, and keys of packages in use`,
    suggestion: `Did you mean ${meant}?`,
    aboutKey: true,
  };
}
