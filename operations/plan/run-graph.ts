import type { StepOperation } from "../../guard/step";

/** Why one resource waits for another. */
export type EdgeKind =
  /** It is given something that the other has only once it is there: an id, an ARN, an address. */
  | "forced"
  /** A cloud demands the order, though no value passes (forced-order.ts says which, and where the cloud says so). */
  | "declared"
  /** The program says so, and no cloud asks for it. */
  | "ours"
  /** The engine has no free hand, or deletes in rounds, each of which waits for the one before. */
  | "engine";

/** One resource of a run, and what it may have to wait for. All references are URNs. */
export interface RunResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly op: StepOperation;
  /** Of a replacement: the old one goes before the new one is made. */
  readonly deletesFirst?: boolean;
  /** False for components. */
  readonly custom: boolean;
  /** What it is made with, as far as it is known before the run; of a deletion what it was made with. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Empty for the stack itself. */
  readonly parent: string;
  /** Empty for what has none. */
  readonly provider: string;
  /** Everything that it depends on, what gives it inputs among it. */
  readonly dependencies: readonly string[];
  /** Those of the dependencies that give it what is known only once they are there. */
  readonly givers: readonly string[];
  /** What ends before it begins although the engine knows nothing of it: the metal worker whose turn comes before. */
  readonly after?: string;
  /** What takes it along when it goes: nothing is deleted then. */
  readonly deletedWith?: string;
}

/** What a run is to do, with what waits for what. */
export interface RunGraph {
  readonly stack: string;
  readonly action: "up" | "destroy";
  /** In the order in which the program registers them. */
  readonly resources: readonly RunResource[];
}
