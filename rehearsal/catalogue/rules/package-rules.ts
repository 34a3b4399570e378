import type { TypeLine } from "../fact-files";
import { locate } from "../modules";
import { awsRules } from "./aws";
import { azureNativeRules } from "./azure-native";
import { kubernetesRules } from "./kubernetes";
import { randomRules } from "./random";
import type { TypeRules } from "./type-rules";

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
