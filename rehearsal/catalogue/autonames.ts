/** How a provider makes a name where the program gives none. */
export interface Autoname {
  /** The input that is filled; for Kubernetes a path. */
  readonly property: string;
  /**
   * `random`: the resource's name in the program and hexadecimal digits behind it. `copy`: that name as it is. `uuid`: a
   * UUID. Default: `random`.
   */
  readonly kind?: "random" | "copy" | "uuid";
  /** Between name and random part. Default: `-`. */
  readonly separator?: string;
  /** Length of the random part. */
  readonly randomLength: number;
  /** Signs of the random part. Default: hexadecimal digits. */
  readonly alphabet?: string;
  /** Longest name, random part included; a longer one is refused at Check. Default: no limit. */
  readonly maxLength?: number;
  /** The resource's name is lower-cased first. */
  readonly lowerCase?: boolean;
  /** Put before the name unless it begins so. */
  readonly prefix?: string;
  /** `.fifo` is put behind the name when this input is true. */
  readonly fifoProperty?: string;
  /** Shorter names where this input has the text in it. */
  readonly shorter?: {
    readonly property: string;
    readonly containing: string;
    readonly randomLength: number;
    readonly maxLength: number;
  };
  /**
   * Whether a name given by the program makes a replacement delete the old resource first, as two cannot have one name.
   * Default: true.
   */
  readonly unique?: boolean;
}
