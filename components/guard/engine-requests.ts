import * as pulumi from "@pulumi/pulumi";
import type {
  ReadResourceRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";

/** Who looks at what a program asks of the engine, after everything in the program that can change it. */
export interface RequestWatch {
  /** @returns whether it is sent; what is not is never answered, so that nothing that needs it goes on either. */
  mayRegister(request: RegisterResourceRequest): boolean;
  hasRegistered(request: RegisterResourceRequest, response: RegisterResourceResponse): void;
  /** The engine did not make it, or the program has ended. @returns whether the program is told. */
  hasFailed(): boolean;
  /** For `get` and the option `id`. */
  mayRead(request: ReadResourceRequest): Promise<boolean>;
  /** What a transform, which the engine calls after the request, has made of the options. Throws what the engine is to answer. */
  checkTransformed(resource: pulumi.ResourceTransformArgs, opts: pulumi.ResourceOptions): void;
}

type Answer<T> = (error: Error | null, response: T) => void;

/** The part of the SDK's connection to the engine that is watched. */
export interface Monitor {
  registerResource(request: RegisterResourceRequest, answer: Answer<RegisterResourceResponse>): unknown;
  readResource(request: ReadResourceRequest, answer: Answer<unknown>): unknown;
}

/** The part of the SDK's server for what the engine calls that is watched. */
export interface Callbacks {
  registerTransform(transform: pulumi.ResourceTransform): Promise<unknown>;
}

/**
 * Puts a watch between the SDK and the engine. Options, transformations of resources, components and stack have been applied to
 * what passes here; transforms (`registerResourceTransform`, the option `transforms`) are called by the engine, and watched by
 * themselves. The SDK has no place of its own for this; these are the only functions through which it registers and reads, as of
 * 3.276.0.
 */
export function watchRequests(watch: RequestWatch, monitor: Monitor, callbacks?: Partial<Callbacks>): void {
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, answer): unknown =>
    watch.mayRegister(request)
      ? register(request, (error, response) => {
          if (error === null) {
            watch.hasRegistered(request, response);
          }
          if (error === null || watch.hasFailed()) {
            answer(error, response);
          }
        })
      : undefined;
  const readResource = monitor.readResource.bind(monitor);
  monitor.readResource = (request, answer): unknown =>
    watch.mayRead(request).then((may) => (may ? readResource(request, answer) : undefined));

  const registerTransform = callbacks?.registerTransform?.bind(callbacks);
  if (callbacks !== undefined && registerTransform !== undefined) {
    callbacks.registerTransform = (transform) =>
      registerTransform(async (args) => {
        const result = await transform(args);
        if (result?.opts !== undefined) {
          watch.checkTransformed(args, result.opts);
        }
        return result;
      });
  }
}

/** What a watch has to do with the program that it watches. */
export interface ProgramRun {
  /** Absent where a program runs without an engine. */
  readonly monitor?: Monitor;
  readonly callbacks?: Partial<Callbacks>;
  /** Calls back each time that nothing is left to do and nothing has failed. */
  atEnd(listener: () => void): void;
  /** Ends the program with an error that people are shown. */
  fail(message: string): void;
}

/** The program that this process runs. */
export function thisRun(): ProgramRun {
  return {
    monitor: pulumi.runtime.getMonitor(),
    callbacks: pulumi.runtime.getCallbacks(),
    // The SDK's own listener, which tells the engine to begin with deletions, comes after everybody else's (cmd/run of
    // @pulumi/pulumi); an error keeps it from that.
    atEnd: (listener) =>
      process.on("beforeExit", (code) => {
        if (code === 0) {
          listener();
        }
      }),
    // On a turn of its own, where nobody takes it for the failure of one request.
    fail: (message) => {
      setImmediate(() => {
        const error = new pulumi.RunError(message);
        // Of what fails after the program's own last line the SDK shows the stack alone.
        error.stack = message;
        throw error;
      });
    },
  };
}
