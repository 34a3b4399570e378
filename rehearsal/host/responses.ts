import { status, type ServiceError } from "@grpc/grpc-js";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import type { InputDiff, PropertyChange } from "../interpreter/diff";
import type { CheckFailure } from "../interpreter/package-model";
import type { Values } from "../interpreter/values";
import { encode, type Secrecy } from "./wire";

/** The answer to Check and to CheckConfig. */
export function checked(
  inputs: Values,
  secret: Readonly<Record<string, Secrecy>>,
  failures: readonly CheckFailure[],
): rpc.CheckResponse {
  const response = new rpc.CheckResponse();
  response.setInputs(encode(inputs, secret));
  response.setFailuresList(failures.map(asFailure));
  return response;
}

/** One thing wrong, for the engine. */
export function asFailure({ property, reason }: CheckFailure): rpc.CheckFailure {
  const failure = new rpc.CheckFailure();
  failure.setProperty(property);
  failure.setReason(reason);
  return failure;
}

/** The answer to Diff. */
export function differing(diff: InputDiff): rpc.DiffResponse {
  const response = new rpc.DiffResponse();
  const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
  response.setChanges(diff.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...diff.changes]);
  response.setReplacesList([...diff.replaces]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  const detailed = response.getDetaileddiffMap();
  for (const [path, change] of Object.entries(diff.detailed)) {
    const property = new rpc.PropertyDiff();
    property.setKind(kinds[change]);
    property.setInputdiff(true);
    detailed.set(path, property);
  }
  return response;
}

const kinds: Readonly<Record<PropertyChange, rpc.PropertyDiff.Kind>> = {
  add: rpc.PropertyDiff.Kind.ADD,
  "add-replace": rpc.PropertyDiff.Kind.ADD_REPLACE,
  delete: rpc.PropertyDiff.Kind.DELETE,
  "delete-replace": rpc.PropertyDiff.Kind.DELETE_REPLACE,
  update: rpc.PropertyDiff.Kind.UPDATE,
  "update-replace": rpc.PropertyDiff.Kind.UPDATE_REPLACE,
};

/** Marks properties secret. */
export function secretly(names: readonly string[]): Readonly<Record<string, Secrecy>> {
  return Object.fromEntries(names.map((name) => [name, true as const]));
}

/** Says so as a provider does that has no such call. */
export function unimplemented(message: string): never {
  const error: Partial<ServiceError> = Object.assign(new Error(message), { code: status.UNIMPLEMENTED });
  throw error as Error;
}
