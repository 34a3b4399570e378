import type { Autoname } from "../autonames";
import type { Certainty } from "../type-facts";

/** What a package's provider does beyond what declarations and schema say, for one type. */
export interface TypeRules {
  readonly autonaming?: Autoname;
  /** Defaults that the provider adds to, or puts in place of, the schema's. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** Values for absent inputs that show up in outputs only. */
  readonly outputDefaults?: Readonly<Record<string, unknown>>;
  readonly replaces?: readonly string[];
  readonly replacesNested?: readonly string[];
  readonly neverUpdates?: boolean;
  /** A replacement deletes the old resource first, whatever its name. */
  readonly deleteBeforeReplace?: boolean;
  /** Inputs that the provider itself sets, beside what programs may give. */
  readonly providerInputs?: readonly string[];
  readonly certainty?: Certainty;
}
