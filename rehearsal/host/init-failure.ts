import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource that exists and did not become live: the engine puts it into its state, and says why. */
export class InitFailure extends Error {
  constructor(
    readonly id: string,
    readonly inputs: Struct,
    readonly properties: Struct,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("\n"));
    this.name = "InitFailure";
  }
}
