import type { CloudMethod } from "../cloud/log";
import type { CloudView, Draft, Entry, Place, Refusal, Subject } from "./entry";
import type { TypeFacts } from "../catalogue/type-facts";
import type { Values } from "./values";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

export interface ConfigDiff {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
}

/** How one package's provider behaves where packages differ. `Config` is what Configure leaves behind. */
export interface PackageModel<Config = unknown> {
  readonly name: string;
  checkConfig(inputs: Values): readonly CheckFailure[];
  diffConfig(oldInputs: Values, newInputs: Values): ConfigDiff;
  /** @throws CloudError as the real provider refuses. */
  configure(inputs: Values): Config;
  /** What the provider adds to checked inputs (AWS: region and tagsAll). */
  additions(facts: TypeFacts, inputs: Values, config: Config): Values;
  place(type: string, inputs: Values, config: Config): Place;
  /** What an import's id says besides the id itself (AWS: `ID@REGION`). Default: nothing. */
  importedAs?(id: string): { readonly id: string; readonly inputs: Values };
  /** What ids of this type are unique within; becomes the record's scope. Empty: the whole cloud. */
  scope(type: string, place: Place): string;
  /**
   * True where no cloud stands behind the package: a resource is what the engine's state says, and its file is there to
   * be looked at. Default: false.
   */
  readonly livesInState?: boolean;
  entry(type: string): Entry | undefined;
  /**
   * Why nothing in this place answers, or `gone` where the provider then takes what it reads or deletes for gone;
   * undefined where something does. Default: something always does.
   */
  unreachable?(
    method: CloudMethod,
    place: Place,
    config: Config,
    cloud: CloudView,
  ): Refusal | "gone" | undefined;
  /** An id where the entry has none. */
  id(draft: Draft, facts: TypeFacts): string;
  /** Output values that follow from a rule of the whole package (AWS: ARNs). */
  outputs(draft: Draft, facts: TypeFacts): Values;
  /** The message that the real provider prints for a refusal. */
  explain(refusal: Refusal, method: CloudMethod, subject: Subject): string;
  /** What the provider says first of a resource that does not become live. Default: nothing is put before the reasons. */
  notLive?(method: CloudMethod, subject: Subject): string;
  /** @throws CloudError for an unknown function, saying what to do. */
  invoke(token: string, args: Values, config: Config, cloud: CloudView): Values;
  /** Outputs of functions that are secret, by token. Default: none. */
  readonly secretAnswers?: Readonly<Record<string, readonly string[]>>;
}
