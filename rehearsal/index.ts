import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { Cloud } from "./cloud/cloud";
import type { Fault } from "./cloud/faults";
import type * as seeding from "./cloud/seed";
import { rehearsalEnvironment, stateDirectory } from "./environment";
import { listen } from "./host/server";
import { packageHandlers, packageNames } from "./packages/registry";

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

/** Later than the caller needs to start the engine, sooner than the engine needs to start. */
const warmAfterMilliseconds = 100;

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
  const listeners = await Promise.all(
    packageNames.map((name) => listen(name, () => packageHandlers(name, cloud, options.accountId))),
  );
  // What nearly every program uses is loaded while the engine starts, and not when it first asks.
  const warming = setTimeout(() => {
    listeners.find((listener) => listener.package === "aws")?.warm();
  }, warmAfterMilliseconds).unref();
  return {
    environment: rehearsalEnvironment(directory, listeners),
    stop: async () => {
      clearTimeout(warming);
      cloud.clock.wakeAll();
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}
