/** Which way an engine was found, in the order in which they are tried. */
export type EngineOrigin = "GROUNDWORK_PULUMI" | "PATH" | "cache" | "installer" | "go build";

/** A Pulumi CLI that can run this program. */
export interface Engine {
  /** Absolute path of the `pulumi` binary. */
  readonly pulumi: string;
  /** Its version, such as "3.259.0". */
  readonly version: string;
  readonly origin: EngineOrigin;
}

/** One way that was tried, and how it ended. */
export interface Attempt {
  readonly way: EngineOrigin;
  /** Why it gave no engine, for a person; may have several lines. */
  readonly outcome: string;
}

/** Tells what is being done while it takes time: whole sentences without a full stop, at most one every few seconds. */
export type OnProgress = (message: string) => void;

export interface FindEngineOptions {
  /** What `GROUNDWORK_PULUMI` names; it is used or refused, nothing else is tried then. */
  readonly binary?: string;
  /** The `PATH` on which `pulumi` and `go` are looked for. */
  readonly path: string;
  /** Groundwork's folder in the user's cache directory. The engine lies in `engine/<version>/` in it. */
  readonly cacheDirectory: string;
  /** The environment that is handed on to what is started. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Told what is being done while an engine is brought, which may take minutes. Default: nobody is told. */
  readonly onProgress?: OnProgress;
}
