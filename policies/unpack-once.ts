import type * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import type * as struct from "google-protobuf/google/protobuf/struct_pb";
import { createRequire } from "node:module";

const load = createRequire(__filename);

interface Unpacking {
  deserializeProperties: (properties: object, proxySecrets: boolean) => object;
}

/** A call of the protocol between engine and packs, as grpc has it: its request is made from bytes by a function. */
interface RemediateCall {
  requestDeserialize(bytes: Buffer): unknown;
}

/**
 * Has the SDK unpack the properties of a resource, and of its provider, once for each message of the engine in place of once for
 * each rule. All rules are then given the same objects: none may change what it is given, as the types say. Before the pack is made.
 */
export function unpackOnce(sdk = load("@pulumi/policy/deserialize") as Unpacking): void {
  const unpack = sdk.deserializeProperties;
  const unpacked = new WeakMap<object, object>();
  sdk.deserializeProperties = (properties, proxySecrets) => {
    if (proxySecrets) {
      return unpack(properties, proxySecrets);
    }
    const known = unpacked.get(properties) ?? unpack(properties, false);
    unpacked.set(properties, known);
    return known;
  };
}

/**
 * The engine asks a pack for each resource, in a call of its own, what it would change about it. No rule here changes anything: what
 * comes with that question is not unpacked, neither by grpc nor by the SDK. Before the pack is made.
 */
export function remediateNothing(
  call: RemediateCall = (
    load("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
      readonly AnalyzerService: { readonly remediate: RemediateCall };
    }
  ).AnalyzerService.remediate,
): void {
  const { AnalyzeRequest, AnalyzerResourceOptions } = load(
    "@pulumi/pulumi/proto/analyzer_pb",
  ) as typeof analyzer;
  const nothing = new AnalyzeRequest();
  nothing.setProperties(new (load("google-protobuf/google/protobuf/struct_pb") as typeof struct).Struct());
  nothing.setOptions(new AnalyzerResourceOptions());
  call.requestDeserialize = () => nothing;
}
