import type * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { CheckRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { NamingWish } from "../interpreter/autoname";
import { CloudError } from "../interpreter/cloud-error";
import { applyDefaults, type DefaultsContext } from "../interpreter/defaults";
import type { Target } from "../interpreter/target";
import type { State } from "../interpreter/reported";
import type { Values } from "../interpreter/values";
import { secretTexts, type Decoded } from "./wire";

interface Urned {
  getUrn(): string;
}

/** Which resource a request is about. `parts`: what it carries, whose secrets must not show in the log. */
export function targetOf(request: Urned, ...parts: readonly Decoded[]): Target {
  const urn = request.getUrn();
  const [, , types = "", ...name] = urn.split("::");
  const type = types.split("$").at(-1) ?? "";
  return { urn, type, name: name.join("::"), secrets: parts.flatMap(secretTexts) };
}

/** What a request says of the resource so far. */
export function stateOf(id: string, inputs: Decoded, outputs: Decoded): State {
  return { id, inputs: inputs.values, outputs: outputs.values };
}

/** @throws CloudError where a name cannot be made, as the real providers do. */
export function withDefaults(type: string, inputs: Values, context: DefaultsContext): Values {
  try {
    return applyDefaults(type, inputs, context);
  } catch (error) {
    throw new CloudError("InvalidName", error instanceof Error ? error.message : String(error));
  }
}

/** What the stack's settings say of names. */
export function wishOf(request: rpc.CheckRequest): NamingWish | undefined {
  const options = request.getAutonaming();
  return options && { mode: namingModes[options.getMode()], proposedName: options.getProposedName() };
}

const namingModes: Readonly<Record<rpc.CheckRequest.AutonamingOptions.Mode, NamingWish["mode"]>> = {
  [CheckRequest.AutonamingOptions.Mode.PROPOSE]: "propose",
  [CheckRequest.AutonamingOptions.Mode.ENFORCE]: "enforce",
  [CheckRequest.AutonamingOptions.Mode.DISABLE]: "disable",
};
