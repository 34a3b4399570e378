import { connect, createServer, type Server, type Socket } from "node:net";

/** When a session is cut: before the server has the statement, or when it has done it and nobody has heard of that. */
export type Moment = "before" | "after";

/** What a client asks for TLS by, before its session begins. */
const tlsRequest = 80877103;

/** Statements that are of their session only. Breaking off at one of them is the same as breaking off before it. */
const leavesNothing = /^\s*(BEGIN|SET|CREATE TEMPORARY TABLE|COPY|SELECT (pg_catalog\.)?set_config)\b/;

/** Stands between client and server, without TLS, and cuts every session at one statement. */
export class CuttingProxy {
  private statements = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly options: { at: number; moment: Moment; onCut: () => void },
  ) {}

  /**
   * @param options.at Number of the statement, over all sessions, from 1.
   * @param options.onCut Called at that moment.
   */
  static async start(
    upstream: number,
    options: { at: number; moment: Moment; onCut: () => void },
  ): Promise<CuttingProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") {
      throw new Error("No port.");
    }
    const proxy = new CuttingProxy(server, address.port, options);
    server.on("connection", (client) => {
      proxy.join(client, connect(upstream, "127.0.0.1"));
    });
    return proxy;
  }

  /** Statements that were seen. */
  get seen(): number {
    return this.statements;
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, server: Socket): void {
    let unread = Buffer.alloc(0);
    let started = false;
    let doomed = false;
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.sockets.delete(socket));
    }
    client.on("end", () => server.end());
    server.on("end", () => client.end());
    server.on("data", (data) => {
      if (doomed) {
        this.end();
      } else {
        client.write(data);
      }
    });
    client.on("data", (data) => {
      unread = Buffer.concat([unread, data]);
      for (;;) {
        // The first message of a session has no type.
        const header = started ? 1 : 0;
        if (unread.length < header + 4) {
          return;
        }
        const length = header + unread.readInt32BE(header);
        if (unread.length < length) {
          return;
        }
        const message = unread.subarray(0, length);
        unread = unread.subarray(length);
        if (!started && message.readInt32BE(4) === tlsRequest) {
          client.write("N");
          continue;
        }
        const isStatement =
          started && message[0] === "Q".charCodeAt(0) && !leavesNothing.test(message.toString("latin1", 5));
        started = true;
        if (isStatement && ++this.statements === this.options.at) {
          if (this.options.moment === "before") {
            this.end();
            return;
          }
          doomed = true;
        }
        server.write(message);
      }
    });
  }

  private end(): void {
    // First: whoever is to be killed must not live to see the cut.
    this.options.onCut();
    this.cut();
  }

  private cut(): void {
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }
}
