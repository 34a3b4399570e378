/** Something that lies in a backend. */
export interface StoredFile {
  /** Path below the backend's root, with slashes: `.pulumi/stacks/groundwork/dev.json`. */
  readonly key: string;
  readonly modified: Date;
  /** Bytes. */
  readonly size: number;
}

export interface Content {
  readonly data: Buffer;
  /** Stands for exactly this content, for a write or a removal that must not meet another one. */
  readonly tag: string;
}

/** What a write demands of what is there; none: it overwrites whatever there is. */
export type Condition = { readonly absent: true } | { readonly tag: string };

/** An earlier content of a file that the backend itself has kept. */
export interface StoredVersion extends StoredFile {
  readonly id: string;
  /** It is what is there now. */
  readonly current: boolean;
}

/** The files of one of the engine's own backends ("DIY"): a folder, or a blob container. */
export interface StateStore {
  /** As `pulumi login` takes it. */
  readonly url: string;
  /**
   * In key order.
   *
   * @param unfinished also files that somebody has begun to write beside their place (`….tmp`): a full disk leaves them, and
   *   the engine reads them where it reads all. Default: no.
   */
  list(prefix: string, unfinished?: boolean): Promise<readonly StoredFile[]>;
  read(key: string): Promise<Content | undefined>;
  /** Whole or not at all. @throws ConflictError when the condition is not met. */
  write(key: string, data: Buffer, condition?: Condition): Promise<void>;
  /** @throws ConflictError when what is there has another tag. No error when nothing is there. */
  remove(key: string, tag?: string): Promise<void>;
  /** Versions that the backend keeps of a file, newest first; undefined where it keeps none. */
  versions(key: string): Promise<readonly StoredVersion[] | undefined>;
  readVersion(key: string, id: string): Promise<Buffer | undefined>;
}

/** What is there is not what the caller knew of. */
export class ConflictError extends Error {
  constructor(readonly key: string) {
    super(`${key} has changed meanwhile, or is there already.`);
    this.name = "ConflictError";
  }
}

export type Variables = Readonly<Record<string, string | undefined>>;

/** A URL that may be printed. */
export function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, "//****@");
}
