import type { Rule, Unique } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";

interface NameTaken {
  readonly code: string;
  readonly message: (name: string) => string;
  readonly status?: number;
}

/** A name that is unique in an account and region. */
export function nameIsFree(property: string, { code, message, status }: NameTaken): Unique {
  return {
    by: [property],
    code,
    message: (wanted) => message(textOf(wanted, property)),
    ...(status && { status }),
  };
}

/** A lock of the cloud's own: refuses deletion while the property is true there. */
export function lockedBy(property: string, { code, message, status }: Locked): Rule {
  return ({ id, outputs }) =>
    outputs[property] === true ? { code, message: message(id), ...(status && { status }) } : undefined;
}

interface Locked {
  readonly code: string;
  readonly message: (id: string) => string;
  readonly status?: number;
}
