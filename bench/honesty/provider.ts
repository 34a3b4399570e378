import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { GetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { spawn } from "node:child_process";
import { decode, encode } from "../../rehearsal/host/wire";
import type { Values } from "../../rehearsal/interpreter/values";

/** What a provider makes of a change. */
export interface Verdict {
  readonly does: "replace" | "update" | "nothing" | "refused";
  /** Whether a replacement deletes the old one first. */
  readonly deletesFirst: boolean;
  /** Why it is refused. */
  readonly why?: string;
  /** Whether its Check refuses it, before there is a plan. */
  readonly atCheck?: boolean;
}

/** A resource as the engine's state has it, of one provider. */
export interface Standing {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** The engine's own limit for one message. */
const channel = { "grpc.max_receive_message_length": 400 * 1024 * 1024 };

/** A provider that listens, asked as the engine asks it: the protocol is `ResourceProvider` of Pulumi's SDK. */
export class Provider {
  private readonly client: ResourceProviderClient;

  private constructor(
    port: number,
    private readonly end: () => Promise<void>,
  ) {
    this.client = new ResourceProviderClient(
      `127.0.0.1:${String(port)}`,
      grpc.credentials.createInsecure(),
      channel,
    );
  }

  /**
   * Takes up a provider and configures it.
   *
   * @throws Error when it refuses its settings.
   */
  static async connect(port: number, settings: Values, end: () => Promise<void>): Promise<Provider> {
    const provider = new Provider(port, end);
    const check = new rpc.CheckRequest();
    check.setUrn("urn:pulumi:honesty::groundwork::pulumi:providers:aws::aws");
    check.setNews(encode(settings));
    const checked = await provider.call<rpc.CheckResponse>((done) =>
      provider.client.checkConfig(check, done),
    );
    const failures = checked.getFailuresList().map((failure) => failure.getReason());
    if (failures.length > 0) throw new Error(`The provider refuses its settings: ${failures.join("; ")}`);
    const configure = new rpc.ConfigureRequest();
    configure.setArgs(checked.getInputs());
    configure.setAcceptsecrets(true);
    configure.setAcceptresources(true);
    await provider.call<rpc.ConfigureResponse>((done) => provider.client.configure(configure, done));
    return provider;
  }

  /**
   * What the state would have of a resource.
   *
   * @param outputs what the cloud says of it. Default: its inputs.
   * @returns why Check refuses it, where it does.
   */
  async stand(urn: string, id: string, given: Values, outputs?: Values): Promise<Standing | string> {
    const checked = await this.check(urn, {}, given);
    if (checked.why !== undefined) return checked.why;
    return { urn, id, inputs: checked.inputs, outputs: outputs ?? checked.inputs };
  }

  /** What a standing resource's new inputs come to. */
  async change({ urn, id, inputs, outputs }: Standing, given: Values): Promise<Verdict> {
    const { why, inputs: wanted } = await this.check(urn, inputs, given);
    if (why !== undefined) return { does: "refused", deletesFirst: false, why, atCheck: true };
    const request = new rpc.DiffRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOldInputs(encode(inputs));
    request.setOlds(encode(outputs));
    request.setNews(encode(wanted));
    try {
      const response = await this.call<rpc.DiffResponse>((done) => this.client.diff(request, done));
      if (response.getReplacesList().length > 0)
        return { does: "replace", deletesFirst: response.getDeletebeforereplace() };
      const some = response.getChanges() === rpc.DiffResponse.DiffChanges.DIFF_SOME;
      return { does: some ? "update" : "nothing", deletesFirst: false };
    } catch (error) {
      return { does: "refused", deletesFirst: false, why: refusalIn(error) };
    }
  }

  private async check(
    urn: string,
    olds: Values,
    news: Values,
  ): Promise<{ readonly inputs: Values; readonly why?: string }> {
    const request = new rpc.CheckRequest();
    request.setUrn(urn);
    request.setOlds(encode(olds));
    request.setNews(encode(news));
    // The same draw on both sides, so that drawn names are equal.
    request.setRandomseed(Buffer.from(urn));
    try {
      const response = await this.call<rpc.CheckResponse>((done) => this.client.check(request, done));
      const why = response.getFailuresList().map((failure) => failure.getReason());
      return { inputs: decode(response.getInputs()).values, ...(why.length > 0 && { why: why.join("; ") }) };
    } catch (error) {
      return { inputs: {}, why: refusalIn(error) };
    }
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.end();
  }

  private call<T>(
    start: (done: (error: grpc.ServiceError | null, response: T) => void) => unknown,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      start((error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }
}

/** What a provider says no with. @throws what it has been given, where it says nothing at all. */
function refusalIn(error: unknown): string {
  const { code, details } = error as Partial<grpc.ServiceError>;
  if (code !== grpc.status.UNKNOWN || details === undefined) throw error;
  return details;
}

/**
 * Starts a plugin's program as the engine does: with the address of an engine as its argument, and the port that it
 * listens on as the first line that it prints.
 *
 * @throws Error when it ends before it says a port.
 */
export async function startPlugin(
  program: string,
  settings: Values,
  env: Readonly<Record<string, string>>,
): Promise<Provider> {
  const engine = await listenAsEngine();
  const child = spawn(program, [engine.address], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    engine.server.forceShutdown();
  };
  const port = await new Promise<number>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      const [line] = /^\d+(?=\r?\n)/.exec(said) ?? [];
      if (line !== undefined) resolve(Number(line));
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`${program} ended with ${String(code)} before it listened.`));
    });
  }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return Provider.connect(port, settings, end);
}

/** What plugins want of an engine: somebody to log to, and no root resource. */
async function listenAsEngine(): Promise<{ readonly address: string; readonly server: grpc.Server }> {
  const server = new grpc.Server();
  const answer =
    (make: () => unknown): grpc.handleUnaryCall<unknown, unknown> =>
    (_call, done) => {
      done(null, make());
    };
  server.addService(EngineService, {
    log: answer(() => new Empty()),
    getRootResource: answer(() => new GetRootResourceResponse()),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return { address: `127.0.0.1:${String(port)}`, server };
}
