import * as pulumi from "@pulumi/pulumi";
import { type MockCallArgs, MockMonitor, type MockResourceResult } from "@pulumi/pulumi/runtime/mocks";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ACCOUNT, answers, createInCloud, REGION } from "./cloud";
import { Recording, type RecordedResource, type RecordedSecret, UNKNOWN } from "./recording";

export { Recording, type RecordedResource, type RecordedSecret, UNKNOWN };

export interface RecordOptions {
  readonly project?: string;
  readonly stack?: string;
  /** Account and region that what the cloud makes is in; default: those of tests/support/cloud.ts. */
  readonly accountId?: string;
  readonly region?: string;
  /** Record as in a first preview: what only the cloud can know is unknown. */
  readonly preview?: boolean;
  /** Configuration as the engine hands it over: every value text. */
  readonly config?: Readonly<Record<string, string>>;
  /** Keys of `config` that are secret. */
  readonly secretConfig?: readonly string[];
  /** The folder of Pulumi.yaml, where the program finds its stack's file. Default: none. */
  readonly rootDirectory?: string;
  /** Answers to invokes, by token. An invoke without an answer is an error that names it. */
  readonly invokes?: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * Runs a program against mocks in place of engine and cloud, and returns everything that it registered.
 *
 * Recordings do not see each other. What fails inside the program, also in promises that nobody awaits, fails the
 * recording. One recording at a time.
 */
export async function record<T>(
  program: () => T | Promise<T>,
  options: RecordOptions = {},
): Promise<Recording<T>> {
  const monitor = new RecordingMonitor(options);
  const hooks = new Map<string, pulumi.ResourceHook>();
  pulumi.runtime.setMockOptions(
    monitor,
    options.project ?? "groundwork",
    options.stack ?? "dev",
    options.preview ?? false,
    // As backends that are files have it.
    "organization",
  );
  enableFeatures(hooks);
  pulumi.runtime.setAllConfig({ ...options.config }, [...(options.secretConfig ?? [])]);
  setRootDirectory(options.rootDirectory);

  const failures = new UnhandledRejections();
  try {
    const result = await program();
    await drain();
    failures.throwFirst();
    return new Recording(result, monitor.recorded, monitor.recordedIds, monitor.recordedOutputs, hooks);
  } finally {
    // Once more: a program that failed half way leaves registrations behind, whose failures are its own too.
    await drain();
    failures.stop();
    pulumi.runtime.setAllConfig({});
  }
}

/** Where `pulumi.getRootDirectory()` says that Pulumi.yaml is; the SDK's mocks know of no such place. */
export function setRootDirectory(directory = "/no/such/folder"): void {
  const { globalStore } = globalThis as unknown as {
    globalStore: { settings: { options: { rootDirectory: string } } };
  };
  globalStore.settings.options.rootDirectory = directory;
}

/** Waits until everything is registered, and until Node has reported the rejections that nobody handled. */
async function drain(): Promise<void> {
  await pulumi.runtime.disconnect();
  await new Promise((resolve) => setImmediate(resolve));
}

/** `record` for a whole program: under a root stack resource, its result being the stack's outputs. */
export function recordStack(
  program: () => Record<string, unknown>,
  options: RecordOptions = {},
): Promise<Recording<Record<string, unknown>>> {
  return record(async () => {
    const outputs: unknown = await pulumi.runtime.runInPulumiStack(() => Promise.resolve(program()));
    return outputs as Record<string, unknown>;
  }, options);
}

/**
 * The state of the SDK that its own `setMocks` sets. That function is not used itself: it knows no monitor but its own,
 * and that one knows no hooks. Hooks go where they can be looked at, instead of to a server that calls them.
 */
function enableFeatures(hooks: Map<string, pulumi.ResourceHook>): void {
  const store = (globalThis as unknown as { globalStore: Record<string, unknown> }).globalStore;
  Object.assign(store, {
    supportsSecrets: true,
    supportsResourceReferences: true,
    supportsOutputValues: false,
    supportsDeletedWith: true,
    supportsReplaceWith: true,
    supportsAliasSpecs: true,
    supportsTransforms: false,
    supportsParameterization: true,
    supportsResourceHooks: true,
    supportsErrorHooks: true,
    supportsInvokeDependsOn: false,
    callbacks: {
      registerResourceHook: (hook: pulumi.ResourceHook): Promise<void> => {
        if (hooks.has(hook.name)) {
          return Promise.reject(new Error(`two hooks have the name ${hook.name}`));
        }
        hooks.set(hook.name, hook);
        return Promise.resolve();
      },
      registerErrorHook: () => Promise.resolve(),
      awaitStackRegistrations: () => Promise.resolve(),
      shutdown: () => undefined,
    },
  });
}

/** Collects what would end the process, or worse, be blamed on another test. */
class UnhandledRejections {
  private readonly reasons: unknown[] = [];
  private readonly others = process.listeners("unhandledRejection");
  private readonly collect = (reason: unknown): void => {
    this.reasons.push(reason);
  };

  constructor() {
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", this.collect);
  }

  throwFirst(): void {
    const [first] = this.reasons;
    if (first !== undefined) {
      throw first instanceof Error
        ? first
        : new Error("a promise was rejected with no error", { cause: first });
    }
  }

  stop(): void {
    process.off("unhandledRejection", this.collect);
    for (const listener of this.others) {
      process.on("unhandledRejection", listener);
    }
  }
}

class RecordingMonitor extends MockMonitor {
  readonly recorded: RecordedResource[] = [];
  readonly recordedIds = new Map<string, string>();
  readonly recordedOutputs = new Map<string, Record<string, unknown>>();

  constructor(options: RecordOptions) {
    super({
      newResource: ({ type, name, inputs, id }): MockResourceResult =>
        createInCloud({
          type,
          name,
          inputs: inputs as Record<string, unknown>,
          id: id === "" ? undefined : id,
          preview: options.preview ?? false,
          accountId: options.accountId ?? ACCOUNT,
          region: options.region ?? REGION,
        }),
      call: ({ token, inputs }: MockCallArgs): Record<string, unknown> => {
        const answer = options.invokes?.[token] ?? answers[token];
        if (answer === undefined) {
          throw new Error(`the program called ${token}, which no answer was given for`);
        }
        return answer(inputs as Record<string, unknown>);
      },
    });
  }

  override async registerResource(
    request: RegisterResourceRequest,
    callback: (error: unknown, response: unknown) => void,
  ): Promise<void> {
    await super.registerResource(request, (error: unknown, response: unknown) => {
      if (error === null) {
        const { urn, id } = identity(response);
        this.recorded.push(recorded(request, urn));
        if (id !== "") {
          this.recordedIds.set(urn, id);
        }
      }
      callback(error, response);
    });
  }

  /** The SDK shows the `details` of a failed call, as gRPC has them, and not its message. */
  override invoke(request: unknown, callback: (error: unknown, response: unknown) => void): Promise<void> {
    return super.invoke(request, (error: unknown, response: unknown) => {
      callback(error instanceof Error ? Object.assign(error, { details: error.message }) : error, response);
    });
  }

  override registerResourceOutputs(
    request: RegisterResourceOutputsRequest,
    callback: (error: unknown, response: unknown) => void,
  ): void {
    const urn = request.getUrn();
    if (this.recordedOutputs.has(urn)) {
      callback(new Error(`${urn} registered its outputs twice`), undefined);
      return;
    }
    this.recordedOutputs.set(urn, properties(request.getOutputs()));
    super.registerResourceOutputs(request, callback);
  }
}

function identity(response: unknown): { urn: string; id: string } {
  const registered = response as { getUrn(): string; getId(): string };
  return { urn: registered.getUrn(), id: registered.getId() };
}

function recorded(request: RegisterResourceRequest, urn: string): RecordedResource {
  const hooks = request.getHooks();
  const moments = {
    beforeCreate: hooks?.getBeforeCreateList(),
    beforeUpdate: hooks?.getBeforeUpdateList(),
    beforeDelete: hooks?.getBeforeDeleteList(),
  };
  const timeouts = request.getCustomtimeouts();
  const parent = request.getParent();
  const provider = request.getProvider();
  const deletedWith = request.getDeletedwith();
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    ...(parent === "" ? {} : { parent }),
    ...(provider === "" ? {} : { provider }),
    custom: request.getCustom(),
    inputs: properties(request.getObject()),
    propertyDependencies: propertyDependencies(request),
    ...(deletedWith === "" ? {} : { deletedWith }),
    options: {
      protect: request.getProtect() ?? false,
      retainOnDelete: request.getRetainondelete() ?? false,
      ...(request.getDeletebeforereplacedefined()
        ? { deleteBeforeReplace: request.getDeletebeforereplace() }
        : {}),
      ignoreChanges: request.getIgnorechangesList(),
      aliases: request.getAliasesList().length,
      dependencies: request.getDependenciesList(),
      customTimeouts: withoutEmpty({
        create: timeouts?.getCreate(),
        update: timeouts?.getUpdate(),
        delete: timeouts?.getDelete(),
      }),
      hooks: withoutEmpty(moments),
    },
  };
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((from, property) => {
    found[property] = from.getUrnsList();
  });
  return found;
}

function withoutEmpty<V extends { length: number }>(
  values: Readonly<Record<string, V | undefined>>,
): Record<string, V> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, V] => (entry[1]?.length ?? 0) > 0),
  );
}

/** The engine's wire form of properties as plain values, with secrets and unknowns as this module shows them. */
function properties(struct: Struct | undefined): Record<string, unknown> {
  return struct === undefined ? {} : (plain(struct.toJavaScript()) as Record<string, unknown>);
}

function plain(value: unknown): unknown {
  if (value === pulumi.runtime.unknownValue) {
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const fields = value as Record<string, unknown>;
  if (fields[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig) {
    return { secret: plain(fields["value"]) } satisfies RecordedSecret;
  }
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, plain(field)]));
}
