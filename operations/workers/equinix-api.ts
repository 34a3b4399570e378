import { z } from "zod";
import { FailedError, UsageError } from "../terminal/errors";

/** Where the API is, unless somebody says otherwise (METAL_API_URL). */
const equinixApiUrl = "https://api.equinix.com/metal/v1";

export interface EquinixApiOptions {
  /** Without a slash at its end. Default: `equinixApiUrl`. */
  readonly baseUrl?: string;
  /** The API key; sent as X-Auth-Token, and never shown. */
  readonly token: string;
  /** Ends what is under way. */
  readonly signal?: AbortSignal;
  /** How a pause is made. Default: by the clock. Milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

// What the API's reference has for a device (https://deploy.equinix.com/developers/api/metal), as far as it is looked at.
// Tolerant, as an API grows: but what is there has to be what the reference says.
const slugged = z.object({ slug: z.string() });
const deviceSchema = z.object({
  id: z.string(),
  hostname: z.string().nullish(),
  state: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  created_at: z.string().nullish(),
  locked: z.boolean().nullish(),
  billing_cycle: z.string().nullish(),
  plan: slugged
    .extend({ pricing: z.object({ hour: z.number().nullish() }).nullish() })
    .or(z.object({ href: z.string() }))
    .nullish(),
  operating_system: slugged.or(z.object({ href: z.string() })).nullish(),
  metro: z
    .object({ code: z.string() })
    .or(z.object({ href: z.string() }))
    .nullish(),
  ip_addresses: z
    .array(
      z.object({
        address: z.string().nullish(),
        public: z.boolean().nullish(),
        address_family: z.number().nullish(),
      }),
    )
    .nullish(),
});
/** A device as the API has it. */
export type EquinixDevice = z.infer<typeof deviceSchema>;

const pageSchema = z.object({
  devices: z.array(deviceSchema),
  meta: z.object({ current_page: z.number().nullish(), last_page: z.number().nullish() }).nullish(),
});

/** The most that the API gives at once. */
const devicesAPage = 100;
/** Calls in all for one answer, the first included. */
const mostTries = 6;
const longestPause = 60_000;
/** A page takes the API a second or two; a call that hangs is one that has failed. */
const callTimeout = 60_000;

/** Equinix Metal's REST API, the part that looks for machines and removes them. */
export class EquinixApi {
  private readonly baseUrl: string;
  private readonly pause: (milliseconds: number) => Promise<void>;

  constructor(private readonly options: EquinixApiOptions) {
    this.baseUrl = (options.baseUrl ?? equinixApiUrl).replace(/\/+$/, "");
    this.pause =
      options.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  }

  /**
   * All devices of a project, page by page; each once, though the list may move while it is read.
   *
   * @throws UsageError when the token or the project is wrong.
   * @throws FailedError when the API does not answer, or not as documented.
   */
  async devices(projectId: string): Promise<readonly EquinixDevice[]> {
    const found = new Map<string, EquinixDevice>();
    for (let page = 1; ; page++) {
      const query = new URLSearchParams({
        page: String(page),
        per_page: String(devicesAPage),
        include: "plan,metro,operating_system",
      });
      const path = `/projects/${encodeURIComponent(projectId)}/devices?${query.toString()}`;
      const read = pageSchema.safeParse(await this.call("GET", path));
      if (!read.success) {
        throw new FailedError(
          `Equinix Metal's answer to GET ${path} is not what its reference says: ${z.prettifyError(read.error)}`,
        );
      }
      for (const device of read.data.devices) {
        found.set(device.id, device);
      }
      const last = read.data.meta?.last_page ?? page;
      if (page >= last || read.data.devices.length === 0) {
        return [...found.values()];
      }
    }
  }

  /**
   * Deletes a device; one that is gone already is as good as deleted. The API answers at once, and takes minutes.
   *
   * @throws UsageError when the token is wrong. @throws FailedError when the API refuses: a locked device.
   */
  async deleteDevice(id: string): Promise<void> {
    await this.call("DELETE", `/devices/${encodeURIComponent(id)}`, [404]);
  }

  /** One call, asked again where asking again is right: both methods do the same the second time. */
  private async call(method: "GET" | "DELETE", path: string, fine: readonly number[] = []): Promise<unknown> {
    for (let tried = 1; ; tried++) {
      const outcome = await this.attempt(method, path);
      if (outcome.kind === "answer" && (outcome.status < 400 || fine.includes(outcome.status))) {
        return outcome.body;
      }
      const again = outcome.kind === "broken" || outcome.status === 429 || outcome.status >= 500;
      if (!again || tried >= mostTries || this.options.signal?.aborted === true) {
        throw this.failure(method, path, outcome, tried);
      }
      await this.pause(pauseAfter(outcome, tried));
    }
  }

  private async attempt(method: string, path: string): Promise<Outcome> {
    const timeout = AbortSignal.timeout(callTimeout);
    const { signal } = this.options;
    try {
      const response = await fetch(`${this.baseUrl}${path}`, {
        method,
        headers: { "X-Auth-Token": this.options.token, Accept: "application/json" },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const text = await response.text();
      return {
        kind: "answer",
        status: response.status,
        body: parsed(text),
        retryAfter: response.headers.get("retry-after"),
      };
    } catch (error) {
      return { kind: "broken", why: reasonOf(error) };
    }
  }

  private failure(method: string, path: string, outcome: Outcome, tried: number): Error {
    const call = `${method} ${this.baseUrl}${path.split("?")[0] ?? path}`;
    if (outcome.kind === "broken") {
      return new FailedError(`Equinix Metal did not answer to ${call}, asked ${tried} times: ${outcome.why}`);
    }
    const { status } = outcome;
    const words = wordsOf(outcome.body);
    if (status === 401 || status === 403) {
      return new UsageError(
        `Equinix Metal does not take the API key (${call}: ${status}${words}). The secret equinixApiToken has to be a key ` +
          "of this project, with the right to write.",
      );
    }
    if (status === 404) {
      return new UsageError(
        `Equinix Metal knows nothing under ${call} (404${words}). Look at groundwork:metalWorkers.source.equinix.projectId.`,
      );
    }
    const often =
      status === 429 ? `, asked ${tried} times with pauses: too many calls; try again in some minutes` : "";
    return new FailedError(`Equinix Metal refused ${call}: ${status}${words}${often}`);
  }
}

type Outcome =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly body: unknown;
      readonly retryAfter: string | null;
    }
  | { readonly kind: "broken"; readonly why: string };

/** As the API asks; otherwise longer each time, with some chance in it. Milliseconds. */
function pauseAfter(outcome: Outcome, tried: number): number {
  const asked = outcome.kind === "answer" ? secondsOf(outcome.retryAfter) : undefined;
  const own = 1000 * 2 ** (tried - 1) * (0.5 + Math.random());
  return Math.min(asked === undefined ? own : asked * 1000, longestPause);
}

/** `Retry-After`: a number of seconds, or a date (RFC 9110, 10.2.3). */
function secondsOf(header: string | null): number | undefined {
  if (header === null || header.trim() === "") {
    return undefined;
  }
  if (/^\d+$/.test(header.trim())) {
    return Number(header);
  }
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1000);
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return { error: text.slice(0, 200) };
  }
}

/** `{ errors: […] }` or `{ error: … }`, as the API puts it. */
function wordsOf(body: unknown): string {
  const { errors, error } = (typeof body === "object" && body !== null ? body : {}) as {
    readonly errors?: unknown;
    readonly error?: unknown;
  };
  const words = (Array.isArray(errors) ? errors : [error]).filter((word) => typeof word === "string");
  return words.length === 0 ? "" : `: ${words.join("; ")}`;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  // What fetch says is "fetch failed"; why, it has put away.
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.message}${cause}`;
}
