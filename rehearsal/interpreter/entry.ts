import type { Fault } from "../cloud/faults";
import type { CloudRecord } from "../cloud/store";
import type { Random } from "./random";
import type { Values } from "./values";

/** Where in the cloud a resource lives. */
export interface Place {
  /** AWS account, Azure subscription, Kubernetes cluster. */
  readonly account: string;
  /** Empty for what has none. */
  readonly region: string;
}

/** A resource as the rules of an entry see it. */
export interface Subject {
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  /** Empty before creation. */
  readonly id: string;
  readonly place: Place;
  readonly inputs: Values;
  /** What the cloud says of it; empty before creation. */
  readonly outputs: Values;
}

/** What a rule may look at: the part of the cloud that its resource's credentials reach. */
export interface CloudView {
  /** The resource of this type and id in the same account (and region, where the type has one). */
  find(type: string, id: string): CloudRecord | undefined;
  /** Everything of a type in the same account and region. */
  ofType(type: string): readonly CloudRecord[];
  /** Everything of the package in the same account and region, of whatever type. */
  inPlace(): readonly CloudRecord[];
  /** Everything of a type, whoever owns it. */
  everywhere(type: string): readonly CloudRecord[];
}

/** What a cloud answers when it refuses. */
export interface Refusal {
  /** The cloud's code, e.g. `DependencyViolation`. */
  readonly code: string;
  readonly message: string;
  /** HTTP status. Default: 400. */
  readonly status?: number;
  /** The provider asks again for a while: what is in the way may be going. */
  readonly waits?: boolean;
  /** True for what the provider itself refuses before it asks the cloud: printed without the API's frame. */
  readonly byProvider?: boolean;
  /** Another operation than the type's own: detaching before deleting. */
  readonly operation?: string;
}

/** An input that names other resources, which must be there. */
export interface Reference {
  /** Path of the property, e.g. `vpcConfig.subnetIds`; lists on the way are walked. */
  readonly property: string;
  readonly type: string | readonly string[];
  /** The output that the property names. Default: the id. */
  readonly by?: string;
  /** Ids that another resource's output holds count too: a VPC's default security group. */
  readonly or?: { readonly type: string; readonly output: string };
  /** What must be there; others are taken on trust (a key of AWS, a zone of somebody else). Default: everything. */
  readonly only?: RegExp;
  readonly code: string;
  readonly message: (id: string, subject: Subject) => string;
  readonly status?: number;
}

/** What keeps a resource from being deleted while it is there. */
export interface Dependant {
  readonly type: string;
  /** Path of the property by which it names the resource. */
  readonly property: string;
  /** The output that is named. Default: the id. */
  readonly by?: string;
  /** False for those that do not count. */
  readonly counts?: (dependant: CloudRecord, subject: Subject, cloud: CloudView) => boolean;
  readonly code: string;
  readonly message: (subject: Subject, dependant: CloudRecord) => string;
  readonly status?: number;
}

/**
 * What one resource at a time may have: the port of a load balancer, the priority of a rule. Asked at a creation, and at
 * an update that moves to it: what is deleted later in the same run still has it.
 */
export interface Unique {
  /** Properties that are together one's own, inputs or outputs. A resource that lacks any of them has no claim. */
  readonly by: readonly string[];
  /** Further ones, whose absence is a value like any other. */
  readonly and?: readonly string[];
  /** Other types that claim the same. */
  readonly sharedWith?: readonly string[];
  readonly code: string;
  readonly message: (wanted: Values, subject: Subject) => string;
  readonly status?: number;
}

export type Rule = (subject: Subject, cloud: CloudView) => Refusal | undefined;
/** A rule about inputs alone, which holds at creation and at each update. */
export type InputRule = (inputs: Values, cloud: CloudView, subject: Subject) => Refusal | undefined;
export type UpdateRule = (subject: Subject, wanted: Values, cloud: CloudView) => Refusal | undefined;

/** What an entry computes values from. */
export interface Draft extends Subject {
  readonly random: Random;
  /** ISO 8601, UTC, whole seconds. */
  readonly now: string;
  /** What goes wrong in this call, where it is for the entry to play. */
  readonly fault?: Fault;
}

/** What somebody does to the cloud beside the resource itself. */
export interface CloudHands extends CloudView {
  put(record: Pick<CloudRecord, "type" | "id" | "inputs"> & Partial<CloudRecord>): void;
  remove(type: string, id: string): void;
  /** Everything of a package, whoever owns it. */
  ofPackage(name: string): readonly CloudRecord[];
  /** Writes a record as it is, another package's too: what a controller does with the credentials of its own. */
  keep(record: CloudRecord): void;
  /** Removes a record, another package's too. */
  drop(record: CloudRecord): void;
}

/** Waits for what takes this long in the cloud, in seconds. */
export type Pass = (seconds: number) => Promise<void>;

/**
 * What no schema says of a resource type. Everything is optional: a type without an entry works from its facts.
 * Property names are the program's.
 */
export interface Entry {
  /** The cloud's words for errors. Default: guessed from the token. */
  readonly api?: {
    /** As in `operation error EC2: CreateVpc`. */
    readonly service?: string;
    /** As in `creating EC2 VPC`. */
    readonly title?: string;
    /** Operation names. Default: Create, Update and Delete before the type's name. */
    readonly create?: string;
    readonly update?: string;
    readonly delete?: string;
  };
  readonly id?: (draft: Draft, cloud: CloudView) => string;
  /** What else its id is unique within, where ids of a type are not unique by themselves. */
  readonly within?: (values: Values) => string;
  /**
   * Inputs or outputs besides the id by which it can be imported, or a form with several: `{subnetId|gatewayId}/{routeTableId}`, in
   * which the first counts that is set.
   */
  readonly importedBy?: readonly string[];
  /** Outputs beyond echoed inputs, at creation. The draft has its id. */
  readonly outputs?: (draft: Draft, cloud: CloudView) => Values;
  /** Outputs that an update changes; the draft has the old outputs and the new inputs. */
  readonly updated?: (draft: Draft, cloud: CloudView) => Values;
  /** Outputs that are not known before an update is done, whatever it changes but `aside`. */
  readonly unknownOnUpdate?: readonly string[];
  /** Inputs whose change moves no computed output: an update of these alone leaves `updated` and `unknownOnUpdate` out. */
  readonly aside?: readonly string[];
  /** Outputs that are secret in this type, beyond what its facts say. */
  readonly secret?: readonly string[];
  /** Outputs that are secret when anything among the inputs is. */
  readonly secretWithInputs?: readonly string[];
  readonly references?: readonly Reference[];
  readonly dependants?: readonly Dependant[];
  readonly unique?: readonly Unique[];
  readonly refuseInputs?: readonly InputRule[];
  readonly refuseCreate?: readonly Rule[];
  readonly refuseUpdate?: readonly UpdateRule[];
  readonly refuseDelete?: readonly Rule[];
  /** What exists beside it once it is created, updated or gone. */
  readonly afterCreate?: (draft: Draft, cloud: CloudHands) => void;
  readonly afterUpdate?: (draft: Draft, cloud: CloudHands) => void;
  readonly afterDelete?: (subject: Draft, cloud: CloudHands) => void;
  /** What the cloud has made of it by itself by the time somebody looks: what of its inputs and outputs is otherwise then. */
  readonly byItself?: (record: CloudRecord, cloud: CloudView) => Values | undefined;
  /**
   * What happens to it step by step once it is created or updated, while the caller waits; `before` is what it was
   * before an update.
   */
  readonly meanwhile?: (
    draft: Draft,
    cloud: CloudHands,
    pass: Pass,
    before: Subject | undefined,
  ) => Promise<void>;
  /**
   * Why a provider that waits until a resource is live would report that it is not; the first is what it says of the
   * resource. Asked again for as long as something else is under way. The resource exists all the same.
   */
  readonly notLive?: (draft: Draft, cloud: CloudHands) => readonly string[];
  /** `meanwhile` takes the time of an update; else it is that of `catalogue/durations.ts`. */
  readonly playsUpdate?: boolean;
}

/** Entries of one file, by token. */
export type Entries = Readonly<Record<string, Entry>>;
