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
  | {
      readonly kind: "setting";
      readonly setting: SettingPlace;
      /** Settings of which as much speaks for it. Default: none. */
      readonly others?: readonly SettingPlace[];
    }
  /** It was moved outside, and is put back. */
  | { readonly kind: "drift" }
  /** A run before has set it, and RDS does it in its maintenance window. */
  | { readonly kind: "waits" }
  | { readonly kind: "approval" }
  /** No setting changed that could be the reason: the program, a pinned version or a provider did. */
  | { readonly kind: "program" }
  | { readonly kind: "not known" };

/** The reason as a reader is told it. */
export function causeWords(cause: Cause): string {
  switch (cause.kind) {
    case "setting": {
      const { path, file, line } = cause.setting;
      const others = (cause.others ?? []).map((one) => `, ${one.path} (${one.file}:${one.line})`).join("");
      return `${path} (${file}:${line})${others}`;
    }
    case "drift":
      return "Moved outside, by nobody's run";
    case "waits":
      return "Set by a run before, and not there yet";
    case "approval":
      return "An approval";
    case "program":
      return "No setting has changed since the last good run: the program, a pinned version or a provider has";
    case "not known":
      return "Which setting is the reason is not known";
  }
}
