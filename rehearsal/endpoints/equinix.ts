import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cloud } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { CloudError } from "../interpreter/cloud-error";
import { listOf, numberOf, textOf } from "../interpreter/values";
import { deviceType, hourlyPrices } from "../catalogue/entries/equinix-metal/equinix-metal";
import { faultWords } from "./call";
import { serveHttp, type Served } from "./serve";

// Paths, pages and shapes are those of the Metal API's reference (https://deploy.equinix.com/developers/api/metal).

/** What a key of the rehearsal's is not checked against: any will do, and none will not. */
const tokenHeader = "x-auth-token";
const defaultPerPage = 10;
const mostPerPage = 100;

class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/**
 * Serves a part of Equinix Metal's API on a free port of 127.0.0.1, over the same cloud as the provider: devices of a
 * project, page by page, one device, and its deletion.
 */
export function serveEquinixApi(cloud: Cloud): Promise<Served> {
  return serveHttp((request, response) => answer(request, response, cloud));
}

async function answer(request: IncomingMessage, response: ServerResponse, cloud: Cloud): Promise<void> {
  response.setHeader("content-type", "application/json; charset=utf-8");
  try {
    const body = await dispatch(request, cloud);
    if (body === undefined) response.statusCode = 204;
    response.end(body === undefined ? undefined : JSON.stringify(body));
  } catch (error) {
    const { status, message, retryAfter } = refusalOf(error);
    response.statusCode = status;
    if (retryAfter !== undefined) response.setHeader("retry-after", String(retryAfter));
    response.end(JSON.stringify({ errors: [message] }));
  }
}

/** Faults as the API has them. */
function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (!(error instanceof CloudError)) return new Refused(500, String(error));
  if (error.code === "throttle") return new Refused(429, "Too many requests", 1);
  return new Refused(error.code.startsWith("timeout") ? 504 : 500, error.message);
}

function dispatch({ method, url, headers }: IncomingMessage, cloud: Cloud): Promise<unknown> {
  if ((headers[tokenHeader] ?? "") === "") throw new Refused(401, "Invalid authentication token");
  const { pathname, searchParams } = new URL(url ?? "/", "http://rehearsal");
  const [, projectId] = /^\/projects\/([^/]+)\/devices$/.exec(pathname) ?? [];
  const [, id] = /^\/devices\/([^/]+)$/.exec(pathname) ?? [];
  if (method === "GET" && projectId !== undefined)
    return list(cloud, decodeURIComponent(projectId), searchParams);
  if (method === "GET" && id !== undefined) {
    return reach(cloud, "invoke", "FindDeviceById", id, () => shown(deviceOf(cloud, decodeURIComponent(id))));
  }
  if (method === "DELETE" && id !== undefined) return remove(cloud, decodeURIComponent(id));
  throw new Refused(404, `Not found: the rehearsal does not serve ${method ?? ""} ${pathname}`);
}

function list(cloud: Cloud, projectId: string, query: URLSearchParams): Promise<unknown> {
  return reach(cloud, "invoke", "FindProjectDevices", null, () => {
    const perPage = Math.min(Number(query.get("per_page") ?? defaultPerPage) || defaultPerPage, mostPerPage);
    const page = Math.max(1, Number(query.get("page") ?? "1") || 1);
    const [search, tag, hostname] = [query.get("search"), query.get("tag"), query.get("hostname")];
    const devices = cloud.store
      .ofType(deviceType)
      .filter(({ inputs }) => textOf(inputs, "projectId") === projectId)
      .map(shown)
      .filter((device) => tag === null || device.tags.includes(tag))
      .filter((device) => hostname === null || device.hostname === hostname)
      .filter((device) => search === null || device.hostname.includes(search));
    const last = Math.max(1, Math.ceil(devices.length / perPage));
    const href = (to: number): { href: string } => ({
      href: `/metal/v1/projects/${projectId}/devices?page=${String(to)}&per_page=${String(perPage)}`,
    });
    return {
      devices: devices.slice((page - 1) * perPage, page * perPage),
      meta: {
        first: href(1),
        previous: page > 1 ? href(page - 1) : null,
        self: href(page),
        next: page < last ? href(page + 1) : null,
        last: href(last),
        current_page: page,
        last_page: last,
        total: devices.length,
      },
    };
  });
}

async function remove(cloud: Cloud, id: string): Promise<undefined> {
  const { name } = deviceOf(cloud, id);
  await reach(cloud, "delete", name, id, () => {
    const record = deviceOf(cloud, id);
    if (record.outputs["locked"] === true) throw new Refused(422, "Cannot delete a locked device");
    cloud.store.remove(record);
  });
  return undefined;
}

function reach<T>(
  cloud: Cloud,
  method: "invoke" | "delete",
  name: string,
  id: string | null,
  act: () => T,
): Promise<T> {
  const type = method === "invoke" ? `equinix-metal:api:${name}` : deviceType;
  return cloud.reach({ package: "equinix-metal", method, type, name, urn: null, id }, 0, faultWords, () => ({
    id,
    result: act(),
  }));
}

function deviceOf(cloud: Cloud, id: string): CloudRecord {
  const record = cloud.store.ofType(deviceType).find((device) => device.id === id);
  if (record === undefined) throw new Refused(404, "Not found");
  return record;
}

/** A device as the API shows it, with what `include` would add put in: more than was asked for does no harm. */
function shown({ id, inputs, outputs, createdAt }: CloudRecord) {
  const plan = textOf(inputs, "plan");
  const address = textOf(outputs, "accessPublicIpv4");
  return {
    id,
    short_id: id.slice(0, 8),
    hostname: textOf(outputs, "hostname") || textOf(inputs, "hostname"),
    state: textOf(outputs, "state") || "active",
    tags: listOf(inputs, "tags").filter((tag) => typeof tag === "string"),
    billing_cycle: textOf(inputs, "billingCycle") || "hourly",
    locked: outputs["locked"] === true,
    created_at: textOf(outputs, "created") || createdAt,
    updated_at: textOf(outputs, "updated") || createdAt,
    plan: { slug: plan, name: plan, pricing: { hour: numberOf(hourlyPrices, plan) ?? null } },
    operating_system: { slug: textOf(inputs, "operatingSystem") },
    metro: { code: textOf(inputs, "metro") },
    project: { href: `/metal/v1/projects/${textOf(inputs, "projectId")}` },
    ip_addresses: address === "" ? [] : [{ address, public: true, address_family: 4, management: true }],
    href: `/metal/v1/devices/${id}`,
  };
}
