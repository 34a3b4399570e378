import { readEnvironment } from "../../../settings/environment";
import { findOnPath } from "../../../toolchain/executables";
import { describeWith, type RealPart } from "../../support/real-parts";
import { ApiClient, type Answer } from "./api-client";
import { apiServerBinary } from "./build-api-server";
import { inOwnNamespaces, podOf, type KubernetesObject } from "./objects";
import { startApiServer, type RunningApiServer } from "./processes";

/** One refusal, with what was refused. */
export interface Refused {
  readonly object: KubernetesObject;
  readonly answer: Answer;
}

/** A real API server, one for all suites of a process. */
export class ApiServer {
  private sets = 0;

  constructor(readonly client: ApiClient) {}

  /**
   * Applies objects to namespaces of their own, in their order, and then a pod from each of their templates: no
   * controller runs here, and it is pods that the pod security admission judges.
   *
   * @returns What was refused; an object is tried whether or not one before it was refused.
   */
  async refusals(objects: readonly KubernetesObject[]): Promise<readonly Refused[]> {
    const own = inOwnNamespaces(objects, String(++this.sets));
    const pods = own.flatMap((object) => podOf(object) ?? []);
    const refused: Refused[] = [];
    for (const object of [...own, ...pods]) {
      const answer = await this.client.apply(object);
      if (answer.status >= 300) {
        refused.push({ object, answer });
      }
    }
    // Their node ports, and the names of what is in no namespace, are for the next ones.
    for (const object of own.filter(({ kind }) => kind === "Service" || kind === "StorageClass")) {
      await this.client.delete(object);
    }
    return refused;
  }
}

/** `Deployment workloads-1/frontend: …`, for a failure that a person reads. */
export function said(refused: readonly Refused[]): readonly string[] {
  return refused.map(
    ({ object: { kind, metadata }, answer }) =>
      `${kind} ${metadata.namespace ?? ""}/${metadata.name}: ${answer.status} ${answer.message}`,
  );
}

let shared: Promise<ApiServer | undefined> | undefined;
let running: { readonly server: RunningApiServer; readonly client: ApiClient } | undefined;

const apiServer: RealPart<ApiServer> = {
  find: () => (shared ??= start()),
  howToHave: "etcd (Debian: apt-get install etcd-server) and Go 1.26 or newer on the PATH",
  // From nothing, it has to be built.
  milliseconds: 60 * 60_000,
};

/** A suite before a real API server, which all suites of a file share, and of a whole run where that is one process. */
export function describeWithApiServer(title: string, suite: (server: () => ApiServer) => void): void {
  // Of the whole file: it is being read now, and the hook belongs to none of its suites.
  after(stop);
  describeWith(title, apiServer, suite);
}

/** What comes after starts another one. */
async function stop(this: Mocha.Context): Promise<void> {
  this.timeout(60_000);
  const was = running;
  running = undefined;
  shared = undefined;
  was?.client.close();
  await was?.server.stop();
}

async function start(): Promise<ApiServer | undefined> {
  const { path } = readEnvironment(process.cwd());
  const [[etcd], [go]] = [await findOnPath("etcd", path), await findOnPath("go", path)];
  if (etcd === undefined || go === undefined) {
    return undefined;
  }
  const server = await startApiServer(await apiServerBinary(), etcd);
  const client = new ApiClient(server);
  running = { server, client };
  await client.ready();
  return new ApiServer(client);
}
