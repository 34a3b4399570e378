import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createConnection, isIPv6 } from "node:net";
import * as packets from "dns-packet";

/** Where a DNS server listens. */
export interface ServerAddress {
  /** IPv4 or IPv6. */
  readonly address: string;
  readonly port: number;
}

export interface Question {
  /** Without a dot at the end; the root is the empty text. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "NS" | "SOA";
  /** Whether the server shall look for the answer elsewhere: of a resolver yes, of a zone's own server no. */
  readonly recursive: boolean;
}

export interface Response {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED` … */
  readonly rcode: string;
  /** The server holds the zone itself. */
  readonly authoritative: boolean;
  readonly answers: readonly packets.Answer[];
  readonly authorities: readonly packets.Answer[];
  readonly additionals: readonly packets.Answer[];
}

export interface Patience {
  /** Milliseconds for which one packet's answer is waited for. */
  readonly timeout: number;
  /** How often it is asked over UDP, the first time included: packets get lost. */
  readonly attempts: number;
}

/** What resolvers commonly do: a few seconds, a few times. */
export const usualPatience: Patience = { timeout: 2_000, attempts: 3 };

/** No answer came, or none that can be read. Says which server. */
export class NoAnswerError extends Error {
  constructor({ address, port }: ServerAddress, why: string) {
    super(`${address}${port === 53 ? "" : ` port ${port}`}: ${why}`);
    this.name = "NoAnswerError";
  }
}

/** Bytes that an answer over UDP may have before it is cut off (the figure that DNS flag day 2020 settled on). */
const udpPayloadSize = 1_232;

/**
 * Asks one server one question, over UDP, and over TCP when the answer is too long for that.
 *
 * @throws NoAnswerError when no answer comes in time.
 */
export async function ask(
  server: ServerAddress,
  question: Question,
  patience: Patience = usualPatience,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await overUdp(server, question, patience.timeout);
      return responseOf(response.flag_tc ? await overTcp(server, question, patience.timeout) : response);
    } catch (error) {
      if (attempt >= patience.attempts || !(error instanceof NoAnswerError)) {
        throw error;
      }
    }
  }
}

function queryOf({ name, type, recursive }: Question): { readonly id: number; readonly message: Buffer } {
  // Not to be guessed, so that nobody beside the way can answer.
  const id = randomInt(65_536);
  const message = packets.encode({
    type: "query",
    id,
    flags: recursive ? packets.RECURSION_DESIRED : 0,
    questions: [{ type, name: name === "" ? "." : name }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  return { id, message };
}

function overUdp(server: ServerAddress, question: Question, timeout: number): Promise<packets.DecodedPacket> {
  const { id, message } = queryOf(question);
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server.address) ? "udp6" : "udp4");
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.removeAllListeners().on("error", () => undefined);
      socket.close();
      settle();
    };
    const timer = setTimeout(
      () => end(() => reject(new NoAnswerError(server, "no answer in time"))),
      timeout,
    );
    socket.on("error", (error) => end(() => reject(new NoAnswerError(server, error.message))));
    // Connected, so that only this server's packets arrive, and a closed port is told at once.
    socket.on("connect", () => socket.send(message));
    socket.on("message", (received) => {
      const response = decoded(received);
      // What does not answer this question may be late, or a stranger's: the right one may still come.
      if (response !== undefined && isAnswerTo(response, id, question)) {
        end(() => resolve(response));
      }
    });
    try {
      socket.connect(server.port, server.address);
    } catch (error) {
      end(() => reject(new NoAnswerError(server, error instanceof Error ? error.message : String(error))));
    }
  });
}

function overTcp(server: ServerAddress, question: Question, timeout: number): Promise<packets.DecodedPacket> {
  const { id, message } = queryOf(question);
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: server.address, port: server.port });
    const fail = (why: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new NoAnswerError(server, why));
    };
    const timer = setTimeout(() => fail("no answer in time over TCP"), timeout);
    let received = Buffer.alloc(0);
    socket.on("connect", () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.write(Buffer.concat([length, message]));
    });
    socket.on("error", (error) => fail(`over TCP: ${error.message}`));
    socket.on("close", () => fail("the connection was closed before the answer was whole"));
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) {
        return;
      }
      const response = decoded(received.subarray(2, 2 + received.readUInt16BE(0)));
      if (response === undefined || !isAnswerTo(response, id, question)) {
        return fail("it answers something else over TCP");
      }
      clearTimeout(timer);
      socket.destroy();
      resolve(response);
    });
  });
}

function decoded(message: Buffer): packets.DecodedPacket | undefined {
  try {
    return packets.decode(message);
  } catch {
    return undefined;
  }
}

function isAnswerTo(response: packets.DecodedPacket, id: number, { name, type }: Question): boolean {
  const [question] = response.questions ?? [];
  return (
    response.flag_qr &&
    response.id === id &&
    // Some servers leave the question out when they refuse.
    (question === undefined || (plainName(question.name) === plainName(name) && question.type === type))
  );
}

function responseOf(packet: packets.DecodedPacket): Response {
  return {
    rcode: (packet as { readonly rcode?: string }).rcode ?? "NOERROR",
    authoritative: packet.flag_aa,
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    additionals: packet.additionals ?? [],
  };
}

/** Lower case, without the dot at the end: names are compared like that. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
