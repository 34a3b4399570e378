import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type AddressInfo, type Server } from "node:net";
import * as packets from "dns-packet";

export interface Reply {
  readonly rcode?: number;
  readonly authoritative?: boolean;
  readonly answers?: packets.Answer[];
  readonly authorities?: packets.Answer[];
  /** Over UDP: only that it is too long. */
  readonly truncated?: boolean;
}

export interface Asked {
  readonly name: string;
  readonly type: string;
  readonly recursive: boolean;
  readonly over: "udp" | "tcp";
}

/** What a server answers; undefined: nothing at all. */
export type Behaviour = (asked: Asked) => Reply | undefined;

export const codes = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

/** A DNS server of a test's own, over UDP and TCP. */
export class DnsServer {
  /** Everything that it was asked. */
  readonly asked: Asked[] = [];

  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
    readonly address: string,
    readonly port: number,
    private readonly behaviour: Behaviour,
  ) {}

  /** @param port the same one as another server's, which then listens on another address. */
  static async start(behaviour: Behaviour, address = "127.0.0.1", port = 0): Promise<DnsServer> {
    const tcp = createServer();
    await new Promise<void>((resolve) => tcp.listen(port, address, resolve));
    const bound = (tcp.address() as AddressInfo).port;
    const udp = createSocket("udp4");
    await new Promise<void>((resolve) => udp.bind(bound, address, resolve));
    const server = new DnsServer(udp, tcp, address, bound, behaviour);
    udp.on("message", (message, peer) => {
      const reply = server.reply(message, "udp");
      if (reply !== undefined) udp.send(reply, peer.port, peer.address);
    });
    tcp.on("connection", (socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        const reply = server.reply(chunk.subarray(2), "tcp");
        if (reply === undefined) return void socket.destroy();
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        // In two parts, as networks do.
        socket.write(Buffer.concat([length, reply.subarray(0, 5)]));
        setImmediate(() => socket.end(reply.subarray(5)));
      });
    });
    return server;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.udp.close(() => resolve()));
    await new Promise<void>((resolve) => this.tcp.close(() => resolve()));
  }

  private reply(message: Buffer, over: Asked["over"]): Buffer | undefined {
    const query = packets.decode(message);
    const [question] = query.questions ?? [];
    if (question === undefined) return undefined;
    const asked = {
      name: question.name === "." ? "" : question.name,
      type: question.type,
      recursive: query.flag_rd,
      over,
    };
    this.asked.push(asked);
    const reply = this.behaviour(asked);
    if (reply === undefined) return undefined;
    const cut = reply.truncated === true && over === "udp";
    return packets.encode({
      type: "response",
      id: query.id ?? 0,
      flags:
        (reply.rcode ?? codes.NOERROR) |
        (reply.authoritative === true ? packets.AUTHORITATIVE_ANSWER : 0) |
        (cut ? packets.TRUNCATED_RESPONSE : 0),
      questions: [question],
      answers: cut ? [] : (reply.answers ?? []),
      authorities: cut ? [] : (reply.authorities ?? []),
    });
  }
}

export function ns(name: string, ...servers: readonly string[]): packets.Answer[] {
  return servers.map((data) => ({ type: "NS", name, ttl: 60, data }));
}

export function soa(name: string): packets.Answer {
  const data = {
    mname: `ns.${name}`,
    rname: `admin.${name}`,
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: 1,
  };
  return { type: "SOA", name, ttl: 60, data };
}
