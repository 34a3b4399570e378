import { request } from "node:http";

/** Where to connect for a host and port. A rehearsal's load balancers are somewhere else than their names say. */
export type Reach = (host: string, port: number) => Promise<{ readonly host: string; readonly port: number }>;

/** One request's end: the version that answered, or why there was no good answer. */
export type Answer = { readonly version: string } | { readonly failure: string };

export interface RequestTally {
  readonly total: number;
  readonly failed: number;
  /** Good answers, by the version that gave them. */
  readonly byVersion: Readonly<Record<string, number>>;
  /** Failed requests, by reason. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface RequestOptions {
  readonly reach: Reach;
  readonly host: string;
  readonly port: number;
  /** Time from the start of a request to the end of its answer, in milliseconds. Default: 5000. */
  readonly timeoutMilliseconds?: number;
}

/** An answer is a short text; of anything longer the rest is nobody's version. */
const maxAnswerBytes = 64 * 1024;

/**
 * Asks once for `/`, over a connection of its own: one that is kept alive would stay with one pod, and show nothing of
 * what the load balancer does with the next.
 */
export async function ask({
  reach,
  host,
  port,
  timeoutMilliseconds = 5000,
}: RequestOptions): Promise<Answer> {
  try {
    const target = await reach(host, port);
    return await new Promise<Answer>((resolve) => {
      const outgoing = request(
        {
          ...target,
          path: "/",
          agent: false,
          headers: { host: port === 80 ? host : `${host}:${port}`, connection: "close" },
          signal: AbortSignal.timeout(timeoutMilliseconds),
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text = (text + chunk).slice(0, maxAnswerBytes);
          });
          response.on("error", (error) => resolve({ failure: reasonOf(error, timeoutMilliseconds) }));
          response.on("end", () => {
            const status = response.statusCode ?? 0;
            resolve(
              status >= 200 && status < 300 ? { version: versionOf(text) } : { failure: `HTTP ${status}` },
            );
          });
        },
      );
      outgoing.on("error", (error) => resolve({ failure: reasonOf(error, timeoutMilliseconds) }));
      outgoing.end();
    });
  } catch (error) {
    return { failure: reasonOf(error, timeoutMilliseconds) };
  }
}

function reasonOf(error: unknown, timeoutMilliseconds: number): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === "AbortError" || error.name === "TimeoutError") {
    return `no answer within ${timeoutMilliseconds / 1000} s`;
  }
  const { code } = error as NodeJS.ErrnoException;
  return code ?? error.message;
}

/**
 * What tells one version's answers from another's: the line `Version: …` where there is one, and otherwise the answer
 * without the line that names the pod.
 */
export function versionOf(text: string): string {
  const [, version] = /^version:\s*(\S+)\s*$/im.exec(text) ?? [];
  if (version !== undefined) {
    return version;
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^host ?name:/i.test(line));
  return lines.join(" ").slice(0, 120) || "(an empty answer)";
}

/** Requests that go on, one every so often whether those before have been answered or not, until they are stopped. */
export class SteadyRequests {
  private readonly pending = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private readonly byVersion: Record<string, number> = {};
  private readonly failures: Record<string, number> = {};
  private total = 0;

  /** @param everyMilliseconds between the beginnings of two requests. */
  constructor(
    private readonly options: RequestOptions,
    everyMilliseconds: number,
  ) {
    this.timer = setInterval(() => this.send(), everyMilliseconds);
    this.send();
  }

  /** Begins no more, waits for those under way, and says how all of them ended. */
  async stop(): Promise<RequestTally> {
    clearInterval(this.timer);
    await Promise.all(this.pending);
    const { total, byVersion, failures } = this;
    const failed = Object.values(failures).reduce((sum, number) => sum + number, 0);
    return { total, failed, byVersion: { ...byVersion }, failures: { ...failures } };
  }

  private send(): void {
    const sent = ask(this.options).then((answer) => {
      this.total++;
      const [counts, key] =
        "version" in answer ? [this.byVersion, answer.version] : [this.failures, answer.failure];
      counts[key] = (counts[key] ?? 0) + 1;
      this.pending.delete(sent);
    });
    this.pending.add(sent);
  }
}
