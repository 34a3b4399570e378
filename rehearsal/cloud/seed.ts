import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { CloudRecord, CloudStore } from "./store";

/**
 * Puts what a file lists into the rehearsal cloud: things that were there before the program, such as a VPC of somebody
 * else's. What exists already stays as it is.
 *
 * @param path YAML or JSON, a list of `{type, id, inputs?, outputs?, name?, scope?}` as in the cloud's own files.
 * @throws Error naming the file and the entry when one has no type or no id.
 */
export function seed(store: CloudStore, path: string): void {
  const document = parseDocument(readFileSync(path, "utf8"));
  const [problem] = document.errors;
  if (problem) throw new Error(`${path} is not YAML: ${problem.message}`);
  const entries: unknown = document.toJS();
  if (!Array.isArray(entries)) throw new Error(`${path} is not a list of resources; see docs/rehearsal.md.`);
  entries.forEach((entry: Partial<CloudRecord> | null, index) => {
    const { type, id } = entry ?? {};
    if (typeof type !== "string" || typeof id !== "string") {
      throw new Error(`${path}: entry ${String(index + 1)} has no "type" and "id"; both are needed.`);
    }
    const inputs = entry?.inputs ?? {};
    store.create({
      package: type.split(":")[0] ?? "",
      type,
      id,
      name: entry?.name ?? id,
      inputs,
      outputs: entry?.outputs ?? inputs,
      createdAt: entry?.createdAt ?? new Date().toISOString(),
      scope: entry?.scope ?? "",
    });
  });
}
