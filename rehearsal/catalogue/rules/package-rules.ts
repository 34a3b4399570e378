import type { Autoname } from "../autonames";
import type { TypeLine } from "../fact-files";
import { locate } from "../modules";
import type { Certainty } from "../type-facts";
import { awsRules } from "./aws";
import { azureNativeRules } from "./azure-native";
import { kubernetesRules } from "./kubernetes";
import { randomRules } from "./random";

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

/** The rules for one type. */
export function rulesOf(token: string, line: TypeLine): TypeRules {
  switch (locate(token).package) {
    case "aws":
      return awsRules(token, line);
    case "azure-native":
      return azureNativeRules(token, line);
    case "equinix-metal":
      // The Terraform bridge's rule for what is called `name`.
      return line.in["name"] === "s"
        ? { autonaming: { property: "name", randomLength: 7, maxLength: 255 } }
        : {};
    case "kubernetes":
      return kubernetesRules(token);
    case "random":
      return randomRules(token);
    default:
      return {};
  }
}
