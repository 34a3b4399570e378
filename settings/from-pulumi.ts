import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { requireAsWritten } from "./as-written";
import { Backend } from "./backend";
import { isGated } from "./environment";
import { readApprovals } from "./handed-approvals";
import { settingsFromConfig, type StackConfig, type StackSettings } from "./load";
import { SettingsError } from "./problem";
import { isSecretName, type SecretName } from "./secrets";
import { namespace } from "./unknown-keys";

/** Settings as the program has them: with the stack's secrets, which only the engine can decrypt. */
export interface ProgramSettings extends StackSettings {
  /** Those that the stack has; each marked as secret. What its sections need is there. */
  readonly secrets: Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;
}

/**
 * The settings of the stack that is being run: Pulumi's configuration, when it says what the stack's file says. Called once.
 *
 * @param project whose stack file it is, where that is not the program that runs.
 * @param directory where that file lies. Default: the folder of Pulumi.yaml.
 *
 * Wrong settings end the program before any resource is registered: the RunError's message is shown without a stack.
 */
export function loadSettings(
  project = pulumi.getProject(),
  directory = pulumi.getRootDirectory(),
): ProgramSettings {
  try {
    const identity = { project, stack: pulumi.getStack() };
    const handed = handedConfig(project);
    requireAsWritten(
      handed,
      {
        projectDirectory: pulumi.getRootDirectory(),
        file: path.join(directory, `Pulumi.${identity.stack}.yaml`),
        // The program in state/ makes the vault whose key takes a passphrase's place.
        passphraseIsTaken: project !== pulumi.getProject(),
      },
      identity,
    );
    const settings = settingsFromConfig(handed, identity);
    return {
      ...settings,
      context: {
        ...settings.context,
        approvals: readApprovals(),
        isGated: isGated(),
        backend: new Backend({ project: pulumi.getProject(), stack: pulumi.getStack() }, process.cwd()),
      },
      secrets: configuredSecrets(),
    };
  } catch (error) {
    if (error instanceof SettingsError) {
      throw new pulumi.RunError(error.message, { cause: error });
    }
    throw error;
  }
}

/** The SDK knows which keys are secret, but leaves the function that says so out of its declarations. */
const runtime = pulumi.runtime as typeof pulumi.runtime & { isConfigSecret(key: string): boolean };

/** What the engine hands over. Keys that a stack file has without a namespace are given that of the project that runs. */
function handedConfig(project: string): StackConfig {
  const own = `${pulumi.getProject()}:`;
  const keys = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => ({
    key: key.startsWith(own) ? `${project}:${key.slice(own.length)}` : key,
    value,
    isSecret: runtime.isConfigSecret(key),
  }));
  return {
    values: Object.fromEntries(keys.map(({ key, value }) => [key, value])),
    secretKeys: new Set(keys.filter(({ isSecret }) => isSecret).map(({ key }) => key)),
  };
}

function configuredSecrets(): ProgramSettings["secrets"] {
  const config = new pulumi.Config(namespace);
  const names = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${namespace}:`))
    .map((key) => key.slice(namespace.length + 1));
  return Object.fromEntries(
    names.filter(isSecretName).flatMap((name) => {
      const value = config.getSecret(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
