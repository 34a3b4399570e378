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
