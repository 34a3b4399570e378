import type { SchemaFacts } from "./type-facts";

/** Property name (with `!` behind it when required) to its type in the short grammar of `type-grammar.ts`. */
export type PropertyLine = Readonly<Record<string, string>>;

/** What a package's declarations say of one resource type. */
export interface DeclaredType {
  readonly in: PropertyLine;
  /** Outputs that are no inputs, or have another type than the input. Everything else echoes the input. */
  readonly out?: PropertyLine;
  /** Inputs that are no outputs. */
  readonly inputOnly?: readonly string[];
  /** Optional inputs whose output is always there: given a value by default or by the cloud. */
  readonly filled?: readonly string[];
  /** Inputs and outputs that the SDK marks secret. */
  readonly secret?: readonly string[];
  /** The SDK's `replaceOnChanges`. */
  readonly replaceOnChanges?: readonly string[];
  /** Former tokens of the type. */
  readonly aliases?: readonly string[];
}

/** A resource type's line in a fact file: its declarations, and what the provider's schema adds. */
export interface TypeLine extends DeclaredType {
  readonly schema?: SchemaFacts;
}

/** A function's (data source's) line in a fact file. */
interface FunctionLine {
  readonly in: PropertyLine;
  readonly out: PropertyLine;
}

/** One fact file: what is known of one module of one package. */
export interface ModuleFile {
  readonly types: Readonly<Record<string, TypeLine>>;
  readonly functions: Readonly<Record<string, FunctionLine>>;
  /** Object types by name, as inputs have them. */
  readonly objects: Readonly<Record<string, PropertyLine>>;
  /** Object types as outputs have them, where that differs from `objects`. */
  readonly outObjects: Readonly<Record<string, PropertyLine>>;
  /** Closed enumerations by name. */
  readonly enums: Readonly<Record<string, readonly (string | number | boolean)[]>>;
}

/** The sections of a fact file in the order in which they are written. */
const sections = ["types", "functions", "objects", "outObjects", "enums"] as const;

/** An empty module, to be filled. */
export function emptyModule(): {
  [Section in keyof ModuleFile]: Record<string, ModuleFile[Section][string]>;
} {
  return { types: {}, functions: {}, objects: {}, outObjects: {}, enums: {} };
}

/** A fact file's text: one line an entry, sorted, so that a change of one type is a change of one line. */
export function formatModule(module: ModuleFile): string {
  const parts = sections
    .filter((section) => Object.keys(module[section]).length > 0)
    .map((section) => {
      const lines = Object.entries(module[section])
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
      return `"${section}":{\n${lines.join(",\n")}\n}`;
    });
  return `{\n${parts.join(",\n")}\n}\n`;
}

/** Reads a fact file's text. */
export function parseModule(text: string): ModuleFile {
  return { ...emptyModule(), ...(JSON.parse(text) as Partial<ModuleFile>) };
}
