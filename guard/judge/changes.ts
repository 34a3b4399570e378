import type { Beside, StatefulType } from "../stateful-type";
import type { ResourceState, Step } from "../step";
import { isUnknown, read, UNKNOWN } from "../unknown";
import type { Plan } from "./verdict";

/** A change in place, or a new resource, with what it is compared with. */
export interface Change {
  /** Absent for what is new and says nothing of anything else. */
  readonly old?: ResourceState;
  readonly wanted: ResourceState;
  /** The type with what of it is decided by the change. */
  readonly decided: StatefulType;
  /** The step of the store that it is about, where that is a resource of its own and in the plan. */
  readonly store?: Step;
}

/**
 * What a step changes: of itself, or of the store that it is beside. The engine tells the creation of a resource beside a store
 * as if nothing had been there before: it is compared with what the store has until then. And its deletion leaves the store
 * with what the cloud takes when nothing is set; of a patch, with what the object itself says. A store that the same plan
 * makes has nothing to lose.
 */
export function changesOf(step: Step, kind: StatefulType, plan: Plan): readonly Change[] {
  const { old, new: wanted } = step;
  const { beside } = kind;
  if (beside === undefined || (old !== undefined && wanted !== undefined && isSame(old, wanted, beside))) {
    const store = beside === undefined || old === undefined ? undefined : storesOf(old, beside, plan)[0];
    return wanted === undefined ? [] : [{ old, wanted, decided: kind, store }];
  }
  // What is only found, or found gone, the store has, or does without, already.
  if (step.op === "import" || step.op === "read" || step.op === "refresh") {
    return [];
  }
  return [
    ...(old === undefined ? [] : left(old, kind, beside, plan)),
    ...(wanted === undefined ? [] : reached(wanted, kind, beside, plan)),
  ];
}

function isSame(old: ResourceState, wanted: ResourceState, beside: Beside): boolean {
  return referenceOf(old, beside) === referenceOf(wanted, beside);
}

function left(old: ResourceState, kind: StatefulType, beside: Beside, plan: Plan): Change[] {
  const [store] = storesOf(old, beside, plan);
  if (store?.op === "delete") {
    return [];
  }
  const inputs = beside.patches === true && store?.new !== undefined ? store.new.inputs : {};
  return [{ old, wanted: { ...old, inputs }, decided: kind, store }];
}

function reached(wanted: ResourceState, kind: StatefulType, beside: Beside, plan: Plan): Change[] {
  const isSet = ({ path }: { readonly path: string }): boolean => read(wanted.inputs, path) !== undefined;
  const decided = { ...kind, life: kind.life.filter(isSet), locks: kind.locks.filter(isSet) };
  const reference = referenceOf(wanted, beside);
  const made = plan.steps.filter(({ op, type }) => op === "create" && beside.stores.includes(type));
  if (made.some(({ new: store }) => isNamed(store, reference, wanted, beside))) {
    return [];
  }
  // What is not known is the name of what is still to be made; otherwise it may be any.
  const isOpen = isUnknown(reference);
  if (isOpen && made.length > 0) {
    return [];
  }
  const stores = isOpen
    ? plan.steps.filter(({ type, old }) => beside.stores.includes(type) && old !== undefined)
    : storesOf(wanted, beside, plan);
  return stores.length === 0
    ? [{ old: notSeen(decided, beside), wanted, decided }]
    : stores.map((store) => ({ old: had(store, decided, beside), wanted, decided, store }));
}

/** What the store has now of what is decided, under the names of the resource beside it. */
function had({ old }: Step, kind: StatefulType, beside: Beside): ResourceState {
  const view = (values: ResourceState["inputs"]): ResourceState["inputs"] =>
    pathsOf(kind).reduce((found, path) => put(found, path, read(values, beside.called?.[path] ?? path)), {});
  return {
    id: old?.id ?? null,
    protect: false,
    inputs: view(old?.inputs ?? {}),
    outputs: view(old?.outputs ?? {}),
  };
}

/** Of an object that the plan does not have, nobody here knows what a patch would change. A size only ever grows. */
function notSeen(kind: StatefulType, beside: Beside): ResourceState {
  const switches = beside.patches === true ? kind.life.filter((property) => property.kind === "switch") : [];
  const inputs = switches.reduce<ResourceState["inputs"]>((found, { path }) => put(found, path, UNKNOWN), {});
  return { id: null, protect: false, inputs, outputs: {} };
}

function pathsOf({ life, locks }: StatefulType): readonly string[] {
  return [...life, ...locks].map(({ path }) => path);
}

function put(values: ResourceState["inputs"], path: string, value: unknown): ResourceState["inputs"] {
  const [key = "", ...rest] = path.split(".");
  const inner = values[key];
  return {
    ...values,
    [key]: rest.length === 0 ? value : put((inner ?? {}) as ResourceState["inputs"], rest.join("."), value),
  };
}

function storesOf(state: ResourceState, beside: Beside, plan: Plan): readonly Step[] {
  const reference = referenceOf(state, beside);
  return plan.steps
    .filter(({ type, old }) => beside.stores.includes(type) && isNamed(old, reference, state, beside))
    .slice(0, 1);
}

function referenceOf({ inputs }: ResourceState, { of }: Beside): unknown {
  return read(inputs, of);
}

/** Properties that stores are named by, besides their id. */
const namesOfStores = ["arn", "url", "keyId", "name", "bucket", "repositoryName", "domainName"] as const;

function isNamed(
  store: ResourceState | undefined,
  reference: unknown,
  state: ResourceState,
  { of, patches }: Beside,
): boolean {
  if (store === undefined || reference === undefined || isUnknown(reference)) {
    return false;
  }
  if (patches === true) {
    return (
      read(store.inputs, of) === reference &&
      namespaceOf(store) === namespaceOf(state) &&
      store.provider === state.provider
    );
  }
  return (
    store.id === reference ||
    namesOfStores.some((name) => (read(store.outputs, name) ?? read(store.inputs, name)) === reference)
  );
}

function namespaceOf({ inputs }: ResourceState): unknown {
  return read(inputs, "metadata.namespace") ?? "default";
}
