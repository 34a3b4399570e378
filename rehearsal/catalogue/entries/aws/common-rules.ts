import type { Rule } from "../../../interpreter/entry";
import { textOf } from "../../../interpreter/values";

interface NameTaken {
  readonly code: string;
  readonly message: (name: string) => string;
  readonly status?: number;
}

/** A name that is unique in an account and region: refuses a creation when another of the type has it. */
export function nameIsFree(property: string, { code, message, status }: NameTaken): Rule {
  return ({ type, inputs }, cloud) => {
    const name = textOf(inputs, property);
    const taken = cloud
      .ofType(type)
      .some(({ id, outputs }) =>
        textOf(outputs, property) === "" ? id === name : textOf(outputs, property) === name,
      );
    return name !== "" && taken ? { code, message: message(name), ...(status && { status }) } : undefined;
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
