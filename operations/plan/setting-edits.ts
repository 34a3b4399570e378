import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../../guard/unknown";
import { isSecure } from "../../settings/engine-yaml";
import { decode, type StackIdentity } from "../../settings/load";
import { readStackConfig } from "../../settings/stack-file-config";
import type { SettingPlace } from "./cause";

/** A setting that is not as it was. */
export interface SettingEdit {
  /** The engine's key, `groundwork:fleets`. */
  readonly key: string;
  /** Below it: `["api", "count"]`. */
  readonly path: readonly (string | number)[];
  /** Undefined where it was not set, and where it is a secret. */
  readonly from: unknown;
  readonly to: unknown;
  readonly place: SettingPlace;
}

/**
 * What a stack file says otherwise than a run was given, each as deep as both go, in the order of the file.
 *
 * @param text what the engine reads: the person's own file, or a rehearsal's copy, whose encrypted values are its own.
 * @param written the person's own file, for its lines.
 */
export function settingEdits(
  before: Readonly<Record<string, unknown>>,
  text: string,
  written: { readonly text: string; readonly file: string },
  identity: StackIdentity,
): readonly SettingEdit[] {
  const file = path.basename(written.file);
  const { values } = readStackConfig(text, file, identity).config;
  const { toProblem } = readStackConfig(written.text, file, identity);
  const keys = [...new Set([...Object.keys(values), ...Object.keys(before)])];
  return keys
    .flatMap((key) =>
      edits(before[key], decode(values[key])).map((edit): SettingEdit => {
        const isGone = edit.to === undefined;
        const { location } = toProblem({ key, path: edit.path, message: "", allowed: "", aboutKey: isGone });
        const name = `${key}${edit.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;
        return {
          ...{ key, path: edit.path },
          from: withoutSecrets(edit.from),
          to: withoutSecrets(edit.to),
          place: { path: name, file, line: location?.line ?? 1 },
        };
      }),
    )
    .sort((a, b) => a.place.line - b.place.line);
}

type Edit = Pick<SettingEdit, "path" | "from" | "to">;

function edits(from: unknown, to: unknown, at: Edit["path"] = []): Edit[] {
  if (isDeepStrictEqual(from, to)) {
    return [];
  }
  if (isRecord(from) && isRecord(to) && !isSecure(from) && !isSecure(to)) {
    const keys = [...new Set([...Object.keys(to), ...Object.keys(from)])];
    return keys.flatMap((key) => edits(from[key], to[key], [...at, key]));
  }
  const [had, has] = [from, to];
  if (Array.isArray(had) && Array.isArray(has) && had.length === has.length) {
    return had.flatMap((item: unknown, index) => edits(item, has[index], [...at, index]));
  }
  return [{ path: at, from, to }];
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutSecrets);
  }
  if (isRecord(value)) {
    return isSecure(value)
      ? undefined
      : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
  }
  return value;
}
