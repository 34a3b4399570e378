import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { Cloud } from "./cloud/cloud";
import type { Fault } from "./cloud/faults";
import type * as seeding from "./cloud/seed";
import type * as awsApi from "./endpoints/aws-api";
import type * as dns from "./endpoints/dns";
import type * as equinix from "./endpoints/equinix";
import { serveHttp, type Served } from "./endpoints/serve";
import { makeHome, rehearsalEnvironment, stateDirectory } from "./environment";
import type * as serving from "./host/load-balancers";
import { listen } from "./host/server";
import { packageHandlers, packageNames, type Variables } from "./packages/registry";
import type * as weatherModule from "./weather";
import type { Weather } from "./weather";

const load = createRequire(__filename);

export type { Fault } from "./cloud/faults";
export type { Weather } from "./weather";

export interface RehearsalOptions {
  /** The rehearsal's folder (`.rehearsal`); made if it is not there. What exists in the cloud stays there between runs. */
  readonly directory: string;
  /** The AWS account whose credentials the rehearsal holds, 12 digits. */
  readonly accountId: string;
  /** The role or user that they are of. Default: a user of the rehearsal's own. A `cloud/` file of type `aws:sts/caller:Caller` goes before it. */
  readonly principalArn?: string | undefined;
  /** What shall go wrong. Default: nothing. */
  readonly faults?: readonly Fault[];
  /** 1 plays the clouds' waiting times as they are, 60 sixty times faster. Default: nothing is waited for. */
  readonly speed?: number;
  /** Given, ids and keys come out the same in each rehearsal that starts from an empty folder. */
  readonly seed?: string;
  /** A file with what is in the cloud from the start (see docs/rehearsal.md). Default: nothing. */
  readonly seedFile?: string;
  /** What happens before the run by itself, and what the account may have (see docs/rehearsal.md). Default: nothing, and what is usual. */
  readonly weather?: Weather;
  /** The environment, as far as providers go by it: `PULUMI_K8S_DELETE_UNREACHABLE`. Default: nothing is set. */
  readonly variables?: Variables;
}

/** Later than the caller needs to start the engine, sooner than the engine needs to start. */
const warmAfterMilliseconds = 100;

export interface Rehearsal {
  /** What has happened by itself before the run, a sentence each. */
  readonly weather: readonly string[];
  /**
   * To be set over the environment that `pulumi` is run in; an empty value means that the variable must not count. Its `AWS_ENDPOINT_URL`
   * is that part of the AWS API which commands and programs ask by themselves (rehearsal/endpoints/).
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Serves the part of Equinix Metal's API that commands ask by themselves, from the first call on. Returns its URL. */
  serveEquinixApi(): Promise<string>;
  /** Serves the cloud's DNS zones, from the first call on. Returns the server's address: `127.0.0.1:PORT`. */
  serveDns(): Promise<string>;
  /**
   * Where something listens in place of a load balancer that Kubernetes made, and answers as its pods would; undefined
   * for any other host. Nothing listens before this is asked for.
   */
  reach(host: string, port: number): Promise<{ readonly host: string; readonly port: number } | undefined>;
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
  makeHome(directory);
  const cloud = new Cloud({ ...options, directory });
  // Loaded when it is needed: with the YAML parser it would be a fifth of the start-up time.
  if (options.seedFile !== undefined)
    (load("./cloud/seed") as typeof seeding).seed(cloud.store, options.seedFile);
  const weather =
    options.weather === undefined
      ? []
      : (load("./weather") as typeof weatherModule).makeWeather(options.weather, cloud, options.accountId);
  const listeners = await Promise.all(
    packageNames.map((name) =>
      listen(name, () => packageHandlers(name, cloud, options.accountId, options.variables ?? {})),
    ),
  );
  // What nearly every program uses is loaded while the engine starts, and not when it first asks.
  const warming = setTimeout(() => {
    listeners.find((listener) => listener.package === "aws")?.warm();
  }, warmAfterMilliseconds).unref();
  // A port is there at once; what answers is loaded for the few that ask: the others are up sooner.
  const api = await serveHttp((request, response) =>
    (load("./endpoints/aws-api") as typeof awsApi).answer(request, response, cloud, options),
  );
  const environment = {
    ...rehearsalEnvironment(directory, listeners),
    AWS_ENDPOINT_URL: `http://127.0.0.1:${String(api.port)}`,
  };
  let names: Promise<Served> | undefined;
  let metal: Promise<Served> | undefined;
  let balancers: serving.ServedLoadBalancers | undefined;
  return {
    environment,
    weather,
    serveEquinixApi: async () => {
      metal ??= (load("./endpoints/equinix") as typeof equinix).serveEquinixApi(cloud);
      return `http://127.0.0.1:${String((await metal).port)}`;
    },
    serveDns: async () => {
      names ??= (load("./endpoints/dns") as typeof dns).serveDns(cloud.store);
      return `127.0.0.1:${String((await names).port)}`;
    },
    reach: (host, port) => {
      balancers ??= (load("./host/load-balancers") as typeof serving).serveLoadBalancers(cloud);
      return balancers.reach(host, port);
    },
    stop: async () => {
      clearTimeout(warming);
      cloud.clock.wakeAll();
      await balancers?.stop();
      await Promise.all([api, names, metal].map(async (served) => (await served)?.stop()));
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}
