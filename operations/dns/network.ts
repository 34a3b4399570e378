import { getServers } from "node:dns";
import { isIP } from "node:net";
import { FailedError, UsageError } from "../terminal/errors";
import {
  ask,
  NoAnswerError,
  plainName,
  usualPatience,
  type Patience,
  type Response,
  type ServerAddress,
} from "./ask";

const dnsPort = 53;

/**
 * The DNS as a command sees it.
 *
 * With the port given (`--resolver 127.0.0.1:5353`) it is a small world of its own, for tests and rehearsals: nothing is
 * asked but that server, and those whose names it gives as addresses of this machine (127.0.0.0/8), on the same port.
 */
export class Network {
  private constructor(
    private readonly resolvers: readonly ServerAddress[],
    readonly closed: boolean,
    private readonly patience: Patience,
  ) {}

  /**
   * @param resolver as on the command line; default: the system's resolvers.
   * @throws UsageError for what is no address.
   */
  static of(resolver: string | undefined, patience: Patience = usualPatience): Network {
    if (resolver === undefined) {
      const resolvers = getServers().map((text) => parseAddress(text)?.server);
      return new Network(
        resolvers.filter((each) => each !== undefined),
        false,
        patience,
      );
    }
    const parsed = parseAddress(resolver);
    if (parsed === undefined) {
      throw new UsageError(
        `--resolver ${resolver}: an IP address, with or without a port, such as 192.0.2.53, 127.0.0.1:5353 or [::1]:5353.`,
      );
    }
    return new Network([parsed.server], parsed.server.port !== dnsPort, patience);
  }

  /** Asks the resolvers, each in turn until one answers. @throws FailedError when none does. */
  async resolve(name: string, type: "A" | "AAAA" | "NS"): Promise<Response> {
    const failures: string[] = [];
    for (const resolver of this.resolvers) {
      try {
        const response = await ask(resolver, { name, type, recursive: true }, this.patience);
        if (response.rcode === "NOERROR" || response.rcode === "NXDOMAIN") {
          return response;
        }
        failures.push(`${resolver.address} answers ${response.rcode}`);
      } catch (error) {
        failures.push(reasonOf(error));
      }
    }
    const asked = name === "" ? "the root" : name;
    throw new FailedError(
      this.resolvers.length === 0
        ? `No resolver is known to ask for ${asked}: the system names none. Give one with --resolver. Nothing is known.`
        : `No resolver could be asked for the ${type} records of ${asked}: ${failures.join("; ")}. ` +
            "Nothing is known of the delegation; ask again later, or another resolver with --resolver.",
    );
  }

  /** Where a server of this name can be asked; empty when its name has no address (that may be asked). */
  async addressesOf(server: string): Promise<readonly ServerAddress[]> {
    for (const type of ["A", "AAAA"] as const) {
      let answers: Response["answers"];
      try {
        ({ answers } = await this.resolve(server, type));
      } catch (error) {
        if (error instanceof FailedError) {
          continue;
        }
        throw error;
      }
      const addresses = answers.flatMap((answer) =>
        answer.type === "A" || answer.type === "AAAA" ? [answer.data] : [],
      );
      const usable = this.closed ? addresses.filter((address) => /^127\./.test(address)) : addresses;
      if (usable.length > 0) {
        const port = this.closed ? this.resolvers[0]?.port : dnsPort;
        return usable.map((address) => ({ address, port: port ?? dnsPort }));
      }
    }
    return [];
  }

  /** In a world of its own: the one server that stands for whatever it has no address for. */
  get standIn(): ServerAddress | undefined {
    return this.closed ? this.resolvers[0] : undefined;
  }

  /** Asks the server that holds a zone what it holds. @throws NoAnswerError */
  askServer(server: ServerAddress, name: string, type: "NS" | "SOA"): Promise<Response> {
    return ask(server, { name, type, recursive: false }, this.patience);
  }
}

/** Why there was no answer, in words; anything but that is a mistake of this program. */
export function reasonOf(error: unknown): string {
  if (error instanceof NoAnswerError) {
    return error.message;
  }
  throw error;
}

/** Names of servers in NS records of a name. */
export function serversIn(records: Response["answers"], name: string): readonly string[] {
  return records.flatMap((record) =>
    record.type === "NS" && plainName(record.name) === plainName(name) ? [plainName(record.data)] : [],
  );
}

function parseAddress(text: string): { readonly server: ServerAddress } | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+|.*:.*:.*?))(?::(\d{1,5}))?$/.exec(text) ?? [];
  // An IPv6 address without brackets is all address.
  const address = isIP(text) !== 0 ? text : (bracketed ?? plain ?? "");
  const number = isIP(text) !== 0 || port === undefined ? dnsPort : Number(port);
  return isIP(address) === 0 || number < 1 || number > 65_535
    ? undefined
    : { server: { address, port: number } };
}
