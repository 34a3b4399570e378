import type { Entries } from "../interpreter/entry";
import { CloudError } from "../interpreter/cloud-error";
import type { ConfigDiff, PackageModel } from "../interpreter/package-model";
import { sameValue, type Values } from "../interpreter/values";

/** Settings that differ; the version of the package is none. */
export function changedSettings(oldInputs: Values, newInputs: Values): string[] {
  const names = new Set([...Object.keys(oldInputs), ...Object.keys(newInputs)]);
  return [...names].filter((name) => name !== "version" && !sameValue(oldInputs[name], newInputs[name]));
}

/** A provider that has no settings to speak of, and one cloud for all. */
export function plainProvider(name: string, entries: Entries): PackageModel<null> {
  return {
    name,
    checkConfig: () => [],
    diffConfig: (oldInputs, newInputs): ConfigDiff => ({
      changed: changedSettings(oldInputs, newInputs),
      replaces: [],
    }),
    configure: () => null,
    additions: () => ({}),
    place: () => ({ account: "", region: "" }),
    scope: () => "",
    entry: (type) => entries[type],
    id: ({ random }) => random.uuid(),
    outputs: () => ({}),
    explain: ({ message }) => message,
    invoke: unknownFunction,
  };
}

/** @throws CloudError always. */
export function unknownFunction(token: string): never {
  throw new CloudError(
    "UnknownFunction",
    `The rehearsal cloud does not know the function ${token}. Add it to rehearsal/packages/, beside its package's ` +
      "others, with an answer that follows from what exists in the rehearsal cloud.",
  );
}
