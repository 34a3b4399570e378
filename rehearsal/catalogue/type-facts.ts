import type { Autoname } from "./autonames";

/** A property's type on the wire, as the package's own declarations give it. */
export type PropertyType =
  | { readonly kind: "string" | "number" | "boolean" | "any" | "asset" | "archive" }
  | { readonly kind: "enum"; readonly values: readonly (string | number | boolean)[]; readonly open: boolean }
  | { readonly kind: "array" | "map"; readonly element: PropertyType }
  | {
      readonly kind: "object";
      readonly name: string;
      readonly properties: () => Readonly<Record<string, PropertyFacts>>;
    }
  | { readonly kind: "union"; readonly of: readonly PropertyType[] };

export interface PropertyFacts {
  readonly type: PropertyType;
  readonly required: boolean;
}

/** What a provider's own schema says of a type beyond the package's declarations. Names as programs write them. */
export interface SchemaFacts {
  /** Type of the underlying Terraform provider, e.g. `aws_db_instance`. */
  readonly terraform?: string;
  readonly required?: readonly string[];
  readonly computed?: readonly string[];
  readonly optionalComputed?: readonly string[];
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly sensitive?: readonly string[];
  readonly replaces?: readonly string[];
  readonly replacesNested?: readonly string[];
  readonly neverUpdates?: boolean;
  readonly timeouts?: Readonly<Record<string, string>>;
  /** Sentences on what the schema could not settle for this type. */
  readonly unsure?: readonly string[];
}

/** How much is known of what a change of a type's inputs does. */
export type Certainty =
  /** The provider's schema, or its documentation, says which properties replace. */
  | "schema"
  /** Nothing says so: changes are shown as updates, and may replace in the real cloud. */
  | "declarations";

/** What is known of one resource type: from the package's declarations, and (AWS) the provider's schema. */
export interface TypeFacts {
  /** Pulumi token, e.g. `aws:rds/instance:Instance`. */
  readonly token: string;
  /** Inputs by name; a name that is not here is refused. */
  readonly inputs: Readonly<Record<string, PropertyFacts>>;
  /**
   * Inputs that the cloud cannot do without. More than the ones that are required of a program: names that the provider
   * fills in when they are absent are among them.
   */
  readonly required: readonly string[];
  /** Outputs by name, computed ones and echoed inputs alike. */
  readonly outputs: Readonly<Record<string, PropertyType>>;
  /** Outputs that only the cloud sets. */
  readonly computed: readonly string[];
  /** Inputs that the cloud fills in when they are absent. */
  readonly optionalComputed: readonly string[];
  /** Values of inputs that the program leaves out. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Values that the provider takes for absent inputs without showing them among these: they appear in outputs. */
  readonly outputDefaults: Readonly<Record<string, unknown>>;
  /** Secret in state whatever the program says. */
  readonly sensitive: readonly string[];
  /** Inputs whose change forces replacement. */
  readonly replaces: readonly string[];
  /** The same for nested fields: `block[].field` paths. */
  readonly replacesNested: readonly string[];
  /** No update exists: every change replaces. */
  readonly neverUpdates: boolean;
  /** The input that the provider names itself when it is absent, as the real provider's Check does. */
  readonly autoname?: string;
  /** How that property is filled. */
  readonly autonaming?: Autoname;
  /** Operation to the time limit that the provider gives it by default, e.g. `1h0m0s`. */
  readonly timeouts: Readonly<Record<string, string>>;
  /** Whether replacements are known, or every change counts as an update for want of knowledge. */
  readonly certainty: Certainty;
  /** What is not known for sure of this type, as sentences for a person. */
  readonly unsure: readonly string[];
  /** A replacement deletes the old resource first, whatever its name. */
  readonly deleteBeforeReplace: boolean;
  /** Inputs beyond `inputs` are allowed: a custom resource, whose schema only its cluster knows. */
  readonly open: boolean;
  /** Inputs that the provider does not echo as outputs. */
  readonly inputOnly: readonly string[];
  /** Former tokens of the type. */
  readonly aliases: readonly string[];
}

/** A data source or other function: what it takes, what it answers. */
export interface FunctionFacts {
  /** Token, e.g. `aws:ec2/getVpc:getVpc`. */
  readonly token: string;
  readonly inputs: Readonly<Record<string, PropertyFacts>>;
  readonly outputs: Readonly<Record<string, PropertyType>>;
}
