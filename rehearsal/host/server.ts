import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { CloudError } from "../interpreter/cloud-error";
import type { Handlers } from "./handlers";
import { InitFailure } from "./init-failure";

/** A package's provider, listening. */
export interface Listener {
  readonly package: string;
  readonly port: number;
  /** Loads what answers, if that has not been done. */
  warm(): void;
  stop(): Promise<void>;
}

/** The engine's own limit for one message: state of a large stack goes through here. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * Puts one package's provider on a free port of 127.0.0.1.
 *
 * @param load what answers; called once, at the first call of the engine.
 */
export async function listen(packageName: string, load: () => Handlers): Promise<Listener> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  let loaded: Handlers | undefined;
  const handlers = (): Handlers => (loaded ??= load());
  const service = ResourceProviderService as unknown as grpc.ServiceDefinition;
  const calls: grpc.UntypedServiceImplementation = {};
  for (const [name, { responseStream }] of Object.entries(service)) {
    if (!responseStream) calls[name] = unary(() => handlers()[name] ?? notThere(name));
  }
  server.addService(service, calls);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    package: packageName,
    port,
    warm: handlers,
    stop: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
        // The engine keeps its connection open until it exits; nobody waits for that.
        server.forceShutdown();
      }),
  };
}

function notThere(name: string): never {
  throw Object.assign(new Error(`The rehearsal's providers do not answer ${name}.`), {
    code: grpc.status.UNIMPLEMENTED,
  });
}

function unary(handler: () => Handlers[keyof Handlers]): grpc.handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    // One engine may hold several providers of one package (accounts, regions); each has its own connection.
    const peer = call.getPeer();
    Promise.resolve()
      .then(() => handler()(call.request as never, peer))
      .then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(asServiceError(error));
        },
      );
  };
}

function asServiceError(error: unknown): Partial<grpc.ServiceError> {
  if (error instanceof InitFailure) return initFailed(error);
  if (error instanceof CloudError) return { code: grpc.status.UNKNOWN, details: error.message };
  if (error instanceof Error && "code" in error && error.code === grpc.status.UNIMPLEMENTED) {
    return { code: grpc.status.UNIMPLEMENTED, details: error.message };
  }
  // A fault of the rehearsal itself: with its trace, or nobody could find it.
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: grpc.status.INTERNAL, details: `The rehearsal cloud failed: ${details}` };
}

/** In gRPC's structured details, which the engine reads and grpc-js has no words for. */
function initFailed({ id, inputs, properties, reasons, message }: InitFailure): Partial<grpc.ServiceError> {
  const detail = new rpc.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setInputs(inputs);
  detail.setProperties(properties);
  detail.setReasonsList([...reasons]);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new Status();
  details.setCode(grpc.status.UNKNOWN);
  details.setMessage(message);
  details.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}
