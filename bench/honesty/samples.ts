import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { typeFacts } from "../../rehearsal/catalogue/facts";
import { isList, isRecord, textOf, type Values } from "../../rehearsal/interpreter/values";

/** A resource that both providers are asked about. */
export interface Sample {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** As a program gives them. */
  readonly inputs: Values;
  /** What the cloud says of it; undefined where only a program is known. */
  readonly outputs?: Values;
}

/**
 * The resources of one package in a folder: of a rehearsal's `cloud/`, with what the cloud says of each, or of
 * `tests/expected/`, as the program gives them.
 *
 * @throws Error when the folder cannot be read.
 */
export function samplesIn(folder: string, packageName: string): readonly Sample[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => {
      const read: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
      if (!isRecord(read) || !isRecord(read["inputs"])) return [];
      const { inputs, outputs } = read;
      const type = textOf(read, "type");
      if (type.split(":")[0] !== packageName) return [];
      const name = textOf(read, "name");
      return [
        {
          ...{ type, name, id: textOf(read, "id") || name, inputs: asTexts(type, given(inputs)) },
          ...(isRecord(outputs) && { outputs }),
        },
      ];
    });
}

/** `tests/expected/` shows documents that are text as what is in them. */
function asTexts(type: string, inputs: Values): Values {
  const declared = typeFacts(type)?.inputs ?? {};
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const kind = declared[name]?.type;
      const kinds = kind?.kind === "union" ? kind.of.map((part) => part.kind) : [kind?.kind];
      const isText = kinds.includes("string") && typeof value === "object" && value !== null;
      return [name, isText ? JSON.stringify(value) : value];
    }),
  );
}

/** Inputs without what a provider had filled in at Check. */
function given(inputs: Values): Values {
  const drawn = inputs["__defaults"];
  const filled = new Set(["__defaults", "tagsAll", ...(isList(drawn) ? drawn : [])]);
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !filled.has(name)));
}
