/** Which resource a call is about. */
export interface Target {
  readonly urn: string;
  readonly type: string;
  /** Name in the program. */
  readonly name: string;
  /** Texts that must not show in the log. Default: none. */
  readonly secrets?: readonly string[];
}
