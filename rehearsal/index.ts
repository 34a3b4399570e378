import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { Cloud } from "./cloud/cloud";
import type { Fault } from "./cloud/faults";
import type * as seeding from "./cloud/seed";
import { rehearsalEnvironment, stateDirectory } from "./environment";
import { handlersFor } from "./host/handlers";
import { listen, type Listener } from "./host/server";
import { Interpreter } from "./interpreter/interpreter";
import type { PackageModel } from "./interpreter/package-model";
import { entries as commandEntries } from "./catalogue/entries/command/command";
import { entries as randomEntries } from "./catalogue/entries/random/random";
import { awsProvider } from "./packages/aws/provider";
import { azureProvider } from "./packages/azure/provider";
import { equinixMetalProvider } from "./packages/equinix-metal";
import { kubernetesProvider } from "./packages/kubernetes/provider";
import { plainProvider } from "./packages/plain";

const load = createRequire(__filename);

export type { Fault } from "./cloud/faults";

export interface RehearsalOptions {
  /** The rehearsal's folder (`.rehearsal`); made if it is not there. What exists in the cloud stays there between runs. */
  readonly directory: string;
  /** The AWS account whose credentials the rehearsal holds, 12 digits. */
  readonly accountId: string;
  /** What shall go wrong. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** 1 plays the clouds' waiting times as they are, 60 sixty times faster. Default: nothing is waited for. */
  readonly speed?: number;
  /** Given, ids and keys come out the same in each rehearsal that starts from an empty folder. */
  readonly seed?: string;
  /** A file with what is in the cloud from the start (see docs/rehearsal.md). Default: nothing. */
  readonly seedFile?: string;
}

export interface Rehearsal {
  /** To be set over the environment that `pulumi` is run in; an empty value means that the variable must not count. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts the rehearsal cloud: one provider a package, each on a free port of 127.0.0.1, in this process.
 *
 * @throws Error when the folder cannot be written, or the seed file is wrong.
 */
export async function startRehearsal(options: RehearsalOptions): Promise<Rehearsal> {
  const directory = resolve(options.directory);
  mkdirSync(stateDirectory(directory), { recursive: true, mode: 0o700 });
  const cloud = new Cloud({ ...options, directory });
  // Loaded when it is needed: with the YAML parser it would be a fifth of the start-up time.
  if (options.seedFile !== undefined)
    (load("./cloud/seed") as typeof seeding).seed(cloud.store, options.seedFile);
  const listeners = await Promise.all([
    start(awsProvider(options.accountId), cloud),
    start(kubernetesProvider, cloud),
    start(azureProvider, cloud),
    start(equinixMetalProvider, cloud),
    start({ ...plainProvider("command", commandEntries), livesInState: true }, cloud),
    start({ ...plainProvider("random", randomEntries), livesInState: true }, cloud),
  ]);
  return {
    environment: rehearsalEnvironment(directory, listeners),
    stop: async () => {
      cloud.clock.wakeAll();
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}

function start<Config>(model: PackageModel<Config>, cloud: Cloud): Promise<Listener> {
  const handlers = handlersFor(model, new Interpreter(model, cloud), () => {
    cloud.clock.wakeAll();
  });
  return listen(model.name, handlers);
}
