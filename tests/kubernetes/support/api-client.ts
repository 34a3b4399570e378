import { Agent, request } from "node:https";
import type { KubernetesObject } from "./objects";
import type { RunningApiServer } from "./processes";

/** What the API server says to a request. */
export interface Answer {
  readonly status: number;
  /** Its words, where it refuses. */
  readonly message: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Resource {
  readonly name: string;
  readonly namespaced: boolean;
}

/** Talks to an API server as the Pulumi provider does: server-side apply, with strict validation of fields. */
export class ApiClient {
  private readonly agent: Agent;
  private readonly resources = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

  constructor(private readonly server: RunningApiServer) {
    this.agent = new Agent({ keepAlive: true, maxSockets: 16, ca: server.certificate });
  }

  /** Creates or updates. `dryRun`: everything but keeping it. */
  async apply(object: KubernetesObject, { dryRun = false } = {}): Promise<Answer> {
    const query = `fieldManager=groundwork&force=true&fieldValidation=Strict${dryRun ? "&dryRun=All" : ""}`;
    return this.ask("PATCH", `${await this.path(object)}?${query}`, object, "application/apply-patch+yaml");
  }

  /** Says of an object what its controller would. */
  async applyStatus(object: KubernetesObject): Promise<Answer> {
    const path = `${await this.path(object)}/status?fieldManager=controller&force=true`;
    return this.ask("PATCH", path, object, "application/apply-patch+yaml");
  }

  async delete(object: KubernetesObject): Promise<Answer> {
    return this.ask("DELETE", await this.path(object));
  }

  /** Waits until it serves. */
  async ready(): Promise<void> {
    const deadline = Date.now() + 180_000;
    for (;;) {
      const status = await this.ask("GET", "/readyz").then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) {
        return;
      }
      if (Date.now() > deadline) {
        throw new Error("The API server does not get ready.");
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async path({ apiVersion, kind, metadata }: KubernetesObject): Promise<string> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const found = (await this.discover(root)).get(kind);
    if (found === undefined) {
      throw new Error(`The API server has no ${kind} in ${apiVersion}.`);
    }
    const place = found.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${root}${place}/${found.name}/${encodeURIComponent(metadata.name)}`;
  }

  private discover(root: string): Promise<ReadonlyMap<string, Resource>> {
    const known = this.resources.get(root);
    if (known !== undefined) {
      return known;
    }
    const asked = this.ask("GET", root).then(({ body }) => {
      const list = (body["resources"] ?? []) as readonly (Resource & { readonly kind: string })[];
      return new Map(list.filter(({ name }) => !name.includes("/")).map((entry) => [entry.kind, entry]));
    });
    this.resources.set(root, asked);
    return asked;
  }

  private ask(method: string, path: string, content?: unknown, type = "application/json"): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.server.url),
        {
          method,
          agent: this.agent,
          headers: {
            authorization: `Bearer ${this.server.token}`,
            ...(content === undefined ? {} : { "content-type": type }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            const body = bodyOf(text);
            resolve({
              status: response.statusCode ?? 0,
              message: typeof body["message"] === "string" ? body["message"] : text.slice(0, 500),
              body,
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(content === undefined ? undefined : JSON.stringify(content));
    });
  }
}

function bodyOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // `ok`, of readyz.
    return {};
  }
}
