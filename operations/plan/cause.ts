/** A setting, and where it stands. */
export interface SettingPlace {
  /** `groundwork:database.instanceClass`. */
  readonly path: string;
  /** `Pulumi.dev.yaml`. */
  readonly file: string;
  readonly line: number;
}

/** Why a resource changes. */
export type Cause =
  | { readonly kind: "setting"; readonly setting: SettingPlace }
  /** It was moved outside, and is put back. */
  | { readonly kind: "drift" }
  | { readonly kind: "approval" }
  /** No setting changed that could be the reason: the program, a pinned version or a provider did. */
  | { readonly kind: "program" }
  | { readonly kind: "not known" };
