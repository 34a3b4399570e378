import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { isRecord, listOf, textOf } from "../interpreter/values";
import { classicType, hostOf, networkType } from "../packages/kubernetes/load-balancers";
import { annotationsOf, serviceType, specOf } from "../packages/kubernetes/objects";
import { podsBehind, type Pod } from "../packages/kubernetes/pods";
import { provisioningSeconds } from "../packages/kubernetes/serving";

/** What listens in place of load balancers. */
export interface ServedLoadBalancers {
  reach(host: string, port: number): Promise<{ readonly host: string; readonly port: number } | undefined>;
  stop(): Promise<void>;
}

/** Google's sample application, of which public texts tell the digests; others it cannot say a version for. */
const versions: Readonly<Record<string, string>> = {
  "sha256:b1455e1c4fcc5ea1023c9e3b584cd84b64eb920e332feff690a2829696e379e7": "1.0.0",
  "sha256:c4b0d869bd22cb3d1207848b385c389f7a4ab7a481184476ee7b98e7876ee594": "2.0.0",
};

/**
 * Listens on free ports of 127.0.0.1, one for each load balancer and port that is asked for, and answers from what the
 * cloud's files say at that moment: one ready pod after the other, none while there is none.
 */
export function serveLoadBalancers(cloud: Cloud): ServedLoadBalancers {
  const listening = new Map<string, Promise<Server>>();
  let turn = 0;

  const balancerOf = (host: string): CloudRecord | undefined =>
    [...cloud.store.ofType(classicType), ...cloud.store.ofType(networkType)].find(
      ({ outputs }) => textOf(outputs, "dnsName") === host,
    );
  const serviceOf = (host: string): CloudRecord | undefined =>
    cloud.store.ofType(serviceType).find((service) => hostOf(service) === host);

  const answer = (host: string, port: number, request: IncomingMessage, response: ServerResponse): void => {
    const balancer = balancerOf(host);
    const service = serviceOf(host);
    const listens =
      service !== undefined &&
      listOf(specOf(service), "ports").some((entry) => isRecord(entry) && entry["port"] === port);
    if (!balancer || !service || !listens || !cloud.clock.isOver(balancer.createdAt, provisioningSeconds)) {
      request.socket.destroy();
      return;
    }
    const { scope } = service;
    const pods = podsBehind(service, {
      ofType: (type) => cloud.store.ofType(type).filter((record) => record.scope === scope),
    });
    const pod = pods[turn++ % Math.max(pods.length, 1)];
    if (pod) {
      response.writeHead(200, { "content-type": "text/plain; charset=utf-8" }).end(saidBy(pod));
    } else if (
      textOf(
        annotationsOf(service.outputs),
        "service.beta.kubernetes.io/aws-load-balancer-backend-protocol",
      ).startsWith("http")
    ) {
      response.writeHead(503, { "content-type": "text/plain" }).end();
    } else {
      // Below HTTP there is no way to say that nobody is there.
      request.socket.destroy();
    }
  };

  const listen = (host: string, port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        answer(host, port, request, response);
      });
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        resolve(server);
      });
    });

  return {
    reach: async (host, port) => {
      if (!balancerOf(host)) return undefined;
      const key = `${host}:${String(port)}`;
      const server = listening.get(key) ?? listen(host, port);
      listening.set(key, server);
      return { host: "127.0.0.1", port: ((await server).address() as AddressInfo).port };
    },
    stop: async () => {
      for (const server of await Promise.all(listening.values())) {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      }
    },
  };
}

function saidBy({ name, image }: Pod): string {
  const [repository = "", digest = ""] = image.split("@");
  const application = /\/hello-app(?::([\w.-]+))?$/.exec(repository);
  if (!application) return `image ${image}\nHostname: ${name}\n`;
  const [, tag] = application;
  const version = versions[digest] ?? (tag === undefined ? digest.slice("sha256:".length, 19) : `${tag}.0`);
  return `Hello, world!\nVersion: ${version}\nHostname: ${name}\n`;
}
