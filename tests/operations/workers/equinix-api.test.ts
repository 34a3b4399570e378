import { expect } from "chai";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EquinixApi } from "../../../operations/workers/equinix-api";
import { equinixMachines } from "../../../operations/workers/equinix-machines";

const projectId = "6a73cbe1-4f0c-4a0e-9d6a-2f1b7c1d8e90";
const token = "a-key-that-must-not-be-shown";

describe("Equinix Metal's API, asked by commands", () => {
  let server: Server;
  let baseUrl: string;
  let asked: string[];
  let pauses: number[];
  let answer: (request: IncomingMessage, response: ServerResponse, url: URL) => void;

  beforeEach(async () => {
    [asked, pauses] = [[], []];
    server = createServer((request, response) => {
      asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
      answer(request, response, new URL(request.url ?? "/", "http://api"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metal/v1`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const api = (): EquinixApi =>
    new EquinixApi({
      baseUrl,
      token,
      pause: (milliseconds) => {
        pauses.push(milliseconds);
        return Promise.resolve();
      },
    });
  const refusal = async (act: Promise<unknown>): Promise<Error> =>
    act.then(
      () => new Error("it was done"),
      (error: unknown) => error as Error,
    );
  const say = (response: ServerResponse, status: number, body?: unknown, headers = {}): void => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };

  it("reads a project's devices to the last page, each once, with the key in its header", async () => {
    // Between the first page and the second a device was made: the list has moved by one.
    const pages: Readonly<Record<string, readonly string[]>> = {
      "1": ["a", "b"],
      "2": ["b", "c"],
      "3": ["d"],
    };
    const keys: unknown[] = [];
    answer = (request, response, url) => {
      keys.push(request.headers["x-auth-token"]);
      const page = url.searchParams.get("page") ?? "";
      const devices = (pages[page] ?? []).map((id) => ({ id, hostname: `host-${id}`, state: "active" }));
      say(response, 200, { devices, meta: { current_page: Number(page), last_page: 3, total: 5 } });
    };
    const devices = await api().devices(projectId);
    expect(devices.map(({ id }) => id)).to.deep.equal(["a", "b", "c", "d"]);
    expect(keys).to.deep.equal([token, token, token]);
    expect(asked[0]).to.equal(
      `GET /metal/v1/projects/${projectId}/devices?page=1&per_page=100&include=plan%2Cmetro%2Coperating_system`,
    );
  });

  it("waits as long as the API asks when it asks too often, and goes on", async () => {
    const statuses = [429, 503, 200];
    answer = (_request, response) => {
      const status = statuses.shift() ?? 200;
      say(
        response,
        status,
        status === 200 ? { devices: [] } : { error: "slow down" },
        status === 429 ? { "retry-after": "7" } : {},
      );
    };
    expect(await api().devices(projectId)).to.deep.equal([]);
    expect(pauses[0]).to.equal(7000);
    expect(pauses[1]).to.be.within(1000, 3000);
  });

  it("gives up after six calls, and says how it went", async () => {
    answer = (_request, response) =>
      say(response, 429, { errors: ["Too many requests"] }, { "retry-after": "3600" });
    const { message } = await refusal(api().devices(projectId));
    expect(asked).to.have.length(6);
    // An hour is longer than anybody waits for a list.
    expect(pauses).to.deep.equal([60_000, 60_000, 60_000, 60_000, 60_000]);
    expect(message).to.contain("429: Too many requests").and.to.contain("asked 6 times");
  });

  it("says whose fault a refusal is, without the key", async () => {
    answer = (_request, response) => say(response, 401, { error: "Invalid authentication token" });
    const wrongKey = await refusal(api().devices(projectId));
    answer = (_request, response) => say(response, 404, { errors: ["Not found"] });
    const wrongProject = await refusal(api().devices(projectId));
    answer = (_request, response) => say(response, 422, { errors: ["Cannot delete a locked device"] });
    const locked = await refusal(api().deleteDevice("a"));
    expect(wrongKey.message).to.contain("equinixApiToken").and.to.contain("Invalid authentication token");
    expect(wrongProject.message).to.contain("source.equinix.projectId");
    expect(locked.message).to.contain("422: Cannot delete a locked device");
    expect([wrongKey, wrongProject, locked].map(String).join()).not.to.contain(token);
    expect(asked).to.have.length(3);
  });

  it("takes a deleted device for deleted, whoever did it", async () => {
    const statuses = [204, 404];
    answer = (_request, response) => say(response, statuses.shift() ?? 500);
    await api().deleteDevice("a");
    await api().deleteDevice("a");
    expect(asked).to.deep.equal(["DELETE /metal/v1/devices/a", "DELETE /metal/v1/devices/a"]);
  });

  it("refuses an answer that is not as documented", async () => {
    answer = (_request, response) => say(response, 200, { servers: [] });
    expect((await refusal(api().devices(projectId))).message).to.contain("is not what its reference says");
  });

  it("knows the pool's devices by tags or by name, and leaves out what is being deleted", async () => {
    const device = (id: string, more: object): object => ({
      id,
      hostname: "other",
      state: "active",
      tags: [],
      ...more,
    });
    const devices = [
      device("tagged", {
        tags: ["groundwork", "groundwork-dev", "slot-3"],
        created_at: "2026-11-01T00:00:00Z",
      }),
      device("named", {
        hostname: "groundwork-dev-docker-worker-4",
        plan: { slug: "c3.small.x86", pricing: { hour: 0.75 } },
      }),
      device("going", { hostname: "groundwork-dev-docker-worker-5", state: "deprovisioning" }),
      device("of another stack", { tags: ["groundwork", "groundwork-prod", "slot-3"] }),
      device("locked", { hostname: "groundwork-dev-docker-worker-6", locked: true }),
    ];
    answer = (_request, response) => say(response, 200, { devices, meta: { last_page: 1 } });
    const found = await equinixMachines(api(), {
      owner: { project: "groundwork", stack: "dev" },
      projectId,
    }).find();
    expect(found.map(({ id, slot }) => [id, slot])).to.deep.equal([
      ["tagged", 3],
      ["named", 4],
      ["locked", 6],
    ]);
    expect(found[0]?.price.kind).to.equal("unknown");
    expect(found[1]?.price).to.deep.include({ kind: "known", dollarsPerHour: 0.75 });
    expect(found[2]?.locked).to.contain("unlock it there first");
  });
});
