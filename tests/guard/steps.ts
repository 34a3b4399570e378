import type { ResourceState, Step } from "../../guard/step";

/** What the engine puts where a text is not known before the run. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const UNKNOWN_SWITCH = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7";
export const UNKNOWN_NUMBER = "3eeb2bf0-c639-47a8-9e75-3b44932eb421";

const PROVIDER_URN = "urn:pulumi:dev::groundwork::pulumi:providers:aws::aws";
export const provider = `${PROVIDER_URN}::0b3f`;

export const DATABASE = "aws:rds/instance:Instance";
export const TABLE = "aws:dynamodb/table:Table";
export const BUCKET = "aws:s3/bucket:Bucket";
export const QUEUE = "aws:sqs/queue:Queue";
export const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

type Inputs = Readonly<Record<string, unknown>>;

export function urn(type: string, name = "thing"): string {
  return `urn:pulumi:dev::groundwork::${type}::${name}`;
}

export function state(inputs: Inputs = {}, more: Partial<ResourceState> = {}): ResourceState {
  return { id: "id-1", protect: true, provider, inputs, outputs: inputs, ...more };
}

function step(op: Step["op"], type: string, more: Partial<Step>): Step {
  return { urn: urn(type), type, op, replaceKeys: [], changedKeys: [], ...more };
}

export function create(type: string, inputs: Inputs = {}, name?: string): Step {
  return step("create", type, { urn: urn(type, name), new: state(inputs, { id: null }) });
}

export function deletion(type: string, old: ResourceState = state()): Step {
  return step("delete", type, { old });
}

export function replacement(type: string, keys: readonly string[], old = state(), wanted = state()): Step {
  return step("replace", type, { old, new: wanted, replaceKeys: keys, changedKeys: keys });
}

export function update(type: string, before: Inputs, after: Inputs): Step {
  return step("update", type, { old: state(before), new: state(after) });
}

export function same(type: string, old: ResourceState, wanted: ResourceState): Step {
  return step("same", type, { old, new: wanted });
}

/** The stack's own provider as a step, its settings before and after. */
export function providerStep(before: Inputs, after: Inputs): Step {
  return {
    urn: PROVIDER_URN,
    type: "pulumi:providers:aws",
    op: "update",
    old: state(before, { id: "0b3f", protect: false, provider: undefined }),
    new: state(after, { id: "0b3f", protect: false, provider: undefined }),
    replaceKeys: [],
    changedKeys: [],
  };
}
