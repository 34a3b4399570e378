import { entries } from "../catalogue/entries/equinix-metal/equinix-metal";
import type { CloudMethod } from "../cloud/log";
import type { Refusal } from "../interpreter/entry";
import type { PackageModel } from "../interpreter/package-model";
import { plainProvider } from "./plain";

/** Equinix Metal: one account, ids are UUIDs. */
export const equinixMetalProvider: PackageModel<null> = {
  ...plainProvider("equinix-metal", entries),
  explain: ({ message }: Refusal, method: CloudMethod) =>
    `1 error occurred:\n\t* error on ${method}: ${message}\n\n`,
};
