import { isRecord } from "../../../guard/unknown";
import { isSecure } from "../../../settings/engine-yaml";

/** Something that is not as it was. */
export interface Difference {
  /** For a person: "the commit". */
  readonly what: string;
  readonly sealed: string;
  readonly now: string;
}

/** A place at which two values differ. */
export interface Leaf {
  readonly path: string;
  readonly was: unknown;
  readonly is: unknown;
}

/** Where two values of JSON differ, by the paths in them; what is encrypted differs from nothing that is. */
export function leaves(was: unknown, is: unknown, path = ""): Leaf[] {
  if (was === is || (isEncrypted(was) && isEncrypted(is))) {
    return [];
  }
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length) {
    return was.flatMap((one, index) => leaves(one, is[index], `${path}[${index}]`));
  }
  if (isRecord(was) && isRecord(is)) {
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      leaves(was[key], is[key], path === "" ? key : `${path}.${key}`),
    );
  }
  // Neither has it, each in its way of writing.
  return (was ?? null) === (is ?? null) ? [] : [{ path, was, is }];
}

function isEncrypted(value: unknown): boolean {
  return isRecord(value) && typeof value.ciphertext === "string";
}

/** Longer ones are cut off: that they differ is what counts. */
const shownCharacters = 120;

/** Both values for a person. Where one is encrypted, what the other has in clear is no less secret. */
export function bothShown({ was, is }: Leaf): Pick<Difference, "sealed" | "now"> {
  const isHidden = [was, is].some(isSecret);
  return { sealed: shown(was, isHidden), now: shown(is, isHidden) };
}

function isSecret(value: unknown): boolean {
  return isEncrypted(value) || isSecure(value);
}

function shown(value: unknown, isHidden: boolean): string {
  if (value === undefined || value === null) {
    return "nothing";
  }
  if (isHidden) {
    return isSecret(value) ? "a secret" : "in clear";
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}…`;
}
