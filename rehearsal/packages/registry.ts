import { createRequire } from "node:module";
import type * as command from "../catalogue/entries/command/command";
import type * as random from "../catalogue/entries/random/random";
import type { Cloud } from "../cloud/cloud";
import type * as hosting from "../host/handlers";
import type { Handlers } from "../host/handlers";
import type * as interpreting from "../interpreter/interpreter";
import type { PackageModel } from "../interpreter/package-model";
import type * as aws from "./aws/provider";
import type * as azure from "./azure/provider";
import type * as metal from "./equinix-metal";
import type * as kubernetes from "./kubernetes/provider";
import type * as plain from "./plain";

const load = createRequire(__filename);

/** The environment that providers are started in. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The packages that are rehearsed, each loaded when the engine first asks for it: the rehearsal is up in a third of the
 * time, and the rest is loaded while the engine starts.
 */
const models: Readonly<Record<string, (accountId: string, variables: Variables) => PackageModel>> = {
  aws: (accountId) => (load("./aws/provider") as typeof aws).awsProvider(accountId),
  "azure-native": () => (load("./azure/provider") as typeof azure).azureProvider,
  command: () => {
    const { entries } = load("../catalogue/entries/command/command") as typeof command;
    return { ...(load("./plain") as typeof plain).plainProvider("command", entries), livesInState: true };
  },
  "equinix-metal": () => (load("./equinix-metal") as typeof metal).equinixMetalProvider,
  kubernetes: (_, variables) => {
    const { deleteUnreachableVariable, kubernetesProvider: model } = load(
      "./kubernetes/provider",
    ) as typeof kubernetes;
    const deleteUnreachable = variables[deleteUnreachableVariable] === "true";
    return { ...model, configure: (settings) => model.configure({ deleteUnreachable, ...settings }) };
  },
  random: () => {
    const { entries } = load("../catalogue/entries/random/random") as typeof random;
    return { ...(load("./plain") as typeof plain).plainProvider("random", entries), livesInState: true };
  },
};

/** As in `PULUMI_DEBUG_PROVIDERS`. */
export const packageNames: readonly string[] = Object.keys(models);

/**
 * What the engine may call on one package's provider.
 *
 * @param accountId the AWS account whose credentials the rehearsal holds.
 */
export function packageHandlers(
  name: string,
  cloud: Cloud,
  accountId: string,
  variables: Variables = {},
): Handlers {
  const model = models[name]?.(accountId, variables);
  if (!model)
    throw new Error(`There is no package ${name} in the rehearsal; there are ${packageNames.join(", ")}.`);
  const { handlersFor } = load("../host/handlers") as typeof hosting;
  const { Interpreter } = load("../interpreter/interpreter") as typeof interpreting;
  return handlersFor(model, new Interpreter(model, cloud), () => {
    cloud.clock.wakeAll();
  });
}
