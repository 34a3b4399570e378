import type { Finding } from "./inputs";

/** One resource of a whole stack, as far as rules over several resources need it. */
export interface StackResource {
  readonly type: string;
  readonly urn: string;
  readonly name: string;
  /** URNs that it had before. */
  readonly aliases?: readonly string[];
  readonly properties: Readonly<Record<string, unknown>>;
  /** Property to the URNs of the resources that its value comes from. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
}

/** A finding about one of the stack's resources. */
export interface StackFinding extends Finding {
  readonly urn: string;
}
