import type { CloudResource, LoggedCall, Result, Walk } from "../engine/support/walk";

/** What a person or a program lays hands on. */
type Area =
  "settings" | "program" | "types" | "properties" | "state" | "flags" | "history" | "cloud" | "approvals";

/** A stack that stands, to be changed. It is stood up once a process; each way gets a copy. */
export interface Stage {
  readonly name: string;
  /** A walk on which the stack `dev` stands. */
  stand(): Promise<Walk>;
}

/** A way in which somebody may apply a change. */
export interface Way {
  /** As it is called: `pulumi up --target …`. */
  readonly name: string;
  /**
   * `gate`: a command of groundwork, which judges its plan: when it refuses it has touched nothing. `engine`: plain pulumi, where a
   * refused run may have done what comes before the refusal.
   */
  readonly through: "gate" | "engine";
  run(walk: Walk): Promise<Result>;
}

/** How a run ended. Anything else fails the test. */
export type Outcome =
  /** The guard, a policy, protection or a hook said no. */
  | "refused"
  /** The settings are wrong: exit code 2, before anything is started. */
  | "refused by settings"
  /** Only the cloud said no. */
  | "refused by the cloud"
  /** It was carried out, or would be. */
  | "passed";

/** A refusal that must be among those of a gate: what is left out may be anything. */
export interface ExpectedRefusal {
  /** One of these rules. */
  readonly rule: string | readonly string[];
  readonly type?: string;
  /** End of the URN: the resource's name in the program. */
  readonly name?: string | RegExp;
  /** Physical id, where it is known beforehand. */
  readonly id?: string | RegExp;
  /** What its `why` or `loses` must say. */
  readonly says?: RegExp;
}

/** One change, tried in one way. */
export interface Attempt {
  readonly way: Way;
  /** `held`: whatever it is, as long as nothing is lost. */
  readonly expected: Outcome | readonly Outcome[] | "held";
  /** For ways through the gate that refuse. */
  readonly refusals?: readonly ExpectedRefusal[];
  /** Mandatory rules of the pack, by name, that must have spoken. For ways through the gate. */
  readonly policies?: readonly string[];
  /** What this way may take with it: for what was freed by earlier runs, and is destroyed on purpose. */
  readonly mayLose?: (record: Pick<CloudResource, "type" | "id" | "name">) => boolean;
  /** What this way may change in place. Default: nothing of anything that holds data. */
  readonly mayChange?: (record: CloudResource) => boolean;
}

/** A change that would cost data. */
export interface Mutation {
  /** A sentence without its full stop: `The database is taken out of the settings`. */
  readonly name: string;
  readonly area: Area;
  readonly stage: Stage;
  /** Runs before it that are no part of it, e.g. one that has set the level to disposable. They must end well. */
  readonly before?: (walk: Walk) => Promise<void>;
  /** Makes the change in the project, the state or the cloud, without applying it. */
  readonly change: (walk: Walk) => void | Promise<void>;
  readonly attempts: readonly Attempt[];
  /** Updates that would destroy too: such a call may not be in the log. Deletions of what holds data always are. */
  readonly destructive?: (call: LoggedCall) => boolean;
  /** What else must be true afterwards; throws when it is not. */
  readonly still?: (walk: Walk, before: readonly CloudResource[]) => void | Promise<void>;
}

/** A change that costs nothing, and must pass without a word. */
export interface Harmless {
  readonly name: string;
  readonly stage: Stage;
  readonly before?: (walk: Walk) => Promise<void>;
  readonly change: (walk: Walk) => void | Promise<void>;
  /** How many of each operation the plan has; what is left out must be none. `same` and `read` are not counted. */
  readonly plan: Readonly<Partial<Record<"create" | "update" | "replace" | "delete" | "import", number>>>;
  /** What holds data and is changed in place, harmlessly: its inputs may differ afterwards. */
  readonly mayChange?: (record: CloudResource) => boolean;
  /** Default: by `groundwork up`, and by plain pulumi without preview, with the pack. */
  readonly ways?: readonly Way[];
}
