/** One resource of the catalogue's own program: everything that a program can say of it, as data. */
export interface Part {
  readonly name: string;
  /** Pulumi token; `groundwork:parts:Part` is a component, `pulumi:providers:NAME` a provider. */
  readonly type: string;
  /**
   * Inputs. `{ $ref: "NAME.property" }` anywhere in them is an output of another part; `{ $unknown: true }` a value that no preview
   * knows; `{ $secret: … }` a secret.
   */
  readonly props?: Readonly<Record<string, unknown>>;
  /** Whether it goes through `guarded()`. Default: as the types of the guard's table do. */
  readonly guarded?: boolean;
  /** With kept() around its options: it holds no data, and has to stay. Default: no. */
  readonly kept?: boolean;
  /** Name of the component that it is in. */
  readonly parent?: string;
  /** Name of the provider part. Default for `aws:`: the stack's own. */
  readonly provider?: string;
  /** Put over the options that it would have, `guarded()` included. */
  readonly options?: PartOptions;
}

export interface PartOptions {
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  readonly import?: string;
  /** It is only read, as by `get`. */
  readonly id?: string;
  /** Takes the guard's hooks off it, as a program that was edited might. */
  readonly noHooks?: boolean;
  /** Old names, old types, or whether it was at the stack's root. */
  readonly aliases?: readonly (
    | string
    | { readonly name?: string; readonly type?: string; readonly atRoot?: boolean; readonly parent?: string }
  )[];
  /** Names of other parts. */
  readonly dependsOn?: readonly string[];
  readonly deletedWith?: string;
  /** Names of other parts whose replacement replaces this one. */
  readonly replaceWith?: readonly string[];
  readonly replacementTrigger?: string;
  /** Properties of which no change is shown. */
  readonly hideDiffs?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
  readonly customTimeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

export const component = "groundwork:parts:Part";
