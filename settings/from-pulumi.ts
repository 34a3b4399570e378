import * as pulumi from "@pulumi/pulumi";
import { Backend } from "./backend";
import { isGated } from "./environment";
import { readApprovals } from "./handed-approvals";
import { settingsFromConfig, type StackSettings } from "./load";
import { SettingsError } from "./problem";
import { secretNames, type SecretName } from "./secrets";
import { namespace } from "./unknown-keys";

/** Settings as the program has them: with the stack's secrets, which only the engine can decrypt. */
export interface ProgramSettings extends StackSettings {
  /** Those that the stack has; each marked as secret. What its sections need is there. */
  readonly secrets: Readonly<Partial<Record<SecretName, pulumi.Output<string>>>>;
}

/**
 * The settings of the stack that is being run, from Pulumi's configuration. For the program and for the policy pack,
 * which the engine hands the same configuration; called once.
 *
 * @param project whose stack file it is, where that is not the program that runs.
 *
 * Wrong settings end the program before any resource is registered: the RunError's message is shown without a stack.
 */
export function loadSettings(project = pulumi.getProject()): ProgramSettings {
  try {
    const settings = settingsFromConfig(
      { values: pulumi.runtime.allConfig(), secretKeys: secretKeys() },
      { project, stack: pulumi.getStack() },
    );
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

function secretKeys(): ReadonlySet<string> {
  return new Set(Object.keys(pulumi.runtime.allConfig()).filter((key) => runtime.isConfigSecret(key)));
}

function configuredSecrets(): ProgramSettings["secrets"] {
  const config = new pulumi.Config(namespace);
  return Object.fromEntries(
    secretNames.flatMap((name) => {
      const value = config.getSecret(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
