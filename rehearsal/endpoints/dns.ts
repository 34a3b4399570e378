import { createSocket } from "node:dgram";
import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import * as packets from "dns-packet";
import type { CloudStore } from "../cloud/store";
import type { Served } from "./serve";
import { answerOf } from "./dns-answers";

/** Serves the cloud's Route 53 zones on a free port of 127.0.0.1, over UDP and TCP. */
export async function serveDns(store: CloudStore): Promise<Served> {
  const tcp = createServer((socket) => serveConnection(socket, store));
  await new Promise<void>((resolve, reject) => {
    tcp.once("error", reject);
    tcp.listen(0, "127.0.0.1", resolve);
  });
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4");
  udp.on("message", (message, peer) => {
    const answer = respond(message, store);
    if (answer !== undefined) udp.send(answer, peer.port, peer.address);
  });
  await new Promise<void>((resolve, reject) => {
    udp.once("error", reject);
    udp.bind(port, "127.0.0.1", resolve);
  });
  return {
    port,
    stop: async () => {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      await new Promise<void>((resolve) => tcp.close(() => resolve()));
    },
  };
}

/** Over TCP each message is preceded by its length, two bytes (RFC 1035, 4.2.2). */
function serveConnection(socket: Socket, store: CloudStore): void {
  let pending = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const length = pending.readUInt16BE(0);
      const answer = respond(pending.subarray(2, 2 + length), store);
      pending = pending.subarray(2 + length);
      if (answer === undefined) return void socket.destroy();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([size, answer]));
    }
  });
}

/** Undefined for what is no question. */
function respond(message: Buffer, store: CloudStore): Buffer | undefined {
  let query: packets.DecodedPacket;
  try {
    query = packets.decode(message);
  } catch {
    return undefined;
  }
  const [question] = query.questions ?? [];
  if (query.flag_qr || question === undefined) return undefined;
  const { rcode, authoritative, answers, authorities } = answerOf(store, {
    name: question.name,
    type: question.type,
    recursive: query.flag_rd,
  });
  const codes = { NOERROR: 0, NXDOMAIN: 3 } as const;
  return packets.encode({
    type: "response",
    id: query.id ?? 0,
    flags:
      codes[rcode] |
      (authoritative ? packets.AUTHORITATIVE_ANSWER : 0) |
      (query.flag_rd ? packets.RECURSION_DESIRED | packets.RECURSION_AVAILABLE : 0),
    questions: [question],
    answers: [...answers],
    authorities: [...authorities],
  });
}
