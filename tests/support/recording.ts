import type * as pulumi from "@pulumi/pulumi";

/** A value that the program marked as secret, as it stands in what was recorded. */
export interface RecordedSecret {
  readonly secret: unknown;
}

/** A value that is not known before its resource exists; only in a recorded preview. */
export const UNKNOWN = "<unknown>";

interface RecordedOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges: readonly string[];
  readonly aliases: number;
  /** URNs, those that follow from inputs included. */
  readonly dependencies: readonly string[];
  readonly customTimeouts: Readonly<Partial<Record<"create" | "update" | "delete", string>>>;
  /** Moment to names of the hooks that run then; only moments that have some. */
  readonly hooks: Readonly<Partial<Record<HookMoment, readonly string[]>>>;
}

type HookMoment = "beforeCreate" | "beforeUpdate" | "beforeDelete";

/** One resource as it was registered with the engine. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** URN. */
  readonly parent?: string;
  /** `urn::id` of the provider that manages it. */
  readonly provider?: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs to the URNs that their values came from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of what takes it along when it goes. */
  readonly deletedWith?: string;
  readonly options: RecordedOptions;
}

/** Everything that a program registered, complete: nothing is added after `record` has returned it. */
export class Recording<T = unknown> {
  constructor(
    /** What the program returned. */
    readonly result: T,
    readonly resources: readonly RecordedResource[],
    /** URN to physical id; not in a preview. */
    readonly ids: ReadonlyMap<string, string>,
    /** By URN: what components and the stack registered as their outputs. */
    readonly outputs: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
    /** By name. */
    readonly hooks: ReadonlyMap<string, pulumi.ResourceHook>,
  ) {}

  /** All resources of a type. */
  ofType(type: string): readonly RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of a type, or the one that has this name too. */
  one(type: string, name?: string): RecordedResource {
    const found = this.ofType(type).filter((resource) => name === undefined || resource.name === name);
    const [only] = found;
    if (only === undefined || found.length > 1) {
      const there = this.ofType(type).map((resource) => resource.name);
      throw new Error(
        `${found.length} resources of type ${type}${name === undefined ? "" : ` named ${name}`}; there are: ${there.join(", ")}`,
      );
    }
    return only;
  }

  /** Type to number of resources, sorted by type. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const type of this.resources.map((resource) => resource.type).sort()) {
      counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  }

  /** What a resource registered as its outputs: the real ones of a component. */
  outputsOf(resource: RecordedResource): Readonly<Record<string, unknown>> {
    const outputs = this.outputs.get(resource.urn);
    if (outputs === undefined) {
      throw new Error(`${resource.urn} registered no outputs`);
    }
    return outputs;
  }

  /** The physical id that the cloud gave a resource; there is none in a preview. */
  idOf(resource: RecordedResource): string {
    const id = this.ids.get(resource.urn);
    if (id === undefined) {
      throw new Error(`${resource.urn} has no id`);
    }
    return id;
  }

  /** Names of the resources that a resource waits for, parents and providers left out. */
  dependencies(resource: RecordedResource): string[] {
    return resource.options.dependencies
      .map((urn) => this.resources.find((other) => other.urn === urn)?.name ?? urn)
      .sort();
  }
}
