import type { CloudRecord, CloudStore } from "../cloud/store";
import { scopeOf } from "./cloud-view";
import type { CloudView, Draft, Place } from "./entry";
import { masked, unmasked, type Secrets } from "./masks";
import type { PackageModel } from "./package-model";
import type { State } from "./reported";
import { valuesOf } from "./rules";
import type { Target } from "./target";
import { sameValue, textOf, type Values } from "./values";

/** What one package's resources are in the cloud's files. */
export class Holdings<Config> {
  constructor(
    private readonly model: PackageModel<Config>,
    private readonly store: CloudStore,
  ) {}

  /**
   * Puts a new resource there. False when there is one with this id already.
   *
   * @param secrets kept out of the file where no cloud stands behind the package; a cloud knows what it was given.
   */
  add(draft: Draft, outputs: Values, urn: string, secrets: Secrets): boolean {
    const { type, id, name, place, inputs } = draft;
    const scope = scopeOf(this.model, type, place, { ...inputs, ...outputs }, urn);
    const createdAt = new Date().toISOString();
    const record = { package: this.model.name, type, id, name, inputs, outputs, createdAt, scope };
    if (this.model.livesInState !== true) return this.store.create(record);
    // Of one that is being replaced and its successor, the file shows the successor; so it does where the engine was never
    // told of the first, which then is nothing but a file.
    for (const other of this.store.ofType(type)) {
      if (other.scope === scope && other.id !== id) this.store.remove(other);
    }
    this.replace(record, secrets);
    return true;
  }

  replace(record: CloudRecord, secrets: Secrets): void {
    const hides = this.model.livesInState === true;
    const { inputs, outputs } = record;
    this.store.replace(
      hides ? { ...record, inputs: masked(inputs, secrets), outputs: masked(outputs, secrets) } : record,
    );
  }

  /** Removing what is not there is no error. */
  remove(target: Target, state: State, place: Place): void {
    const record = this.find(target, state, place);
    const successor = this.model.livesInState === true && !sameValue(record?.outputs, state.outputs);
    if (record && !successor) this.store.remove(record);
  }

  /** The resource that the engine's state means. */
  find(target: Target, state: State, place: Place): CloudRecord | undefined {
    const { type, urn, name } = target;
    const { id, inputs, outputs } = state;
    const scope = scopeOf(this.model, type, place, { ...inputs, ...outputs }, urn);
    const found = this.store.find(type, id, scope);
    if (this.model.livesInState !== true) return found;
    if (found) {
      return {
        ...found,
        inputs: unmasked(found.inputs, inputs),
        outputs: unmasked(found.outputs, outputs),
      };
    }
    return { package: this.model.name, type, id, name, inputs, outputs, createdAt: "", scope };
  }

  /** The resource that somebody names who wants it imported: by its id, or by what else its type can be found by. */
  findByName(type: string, name: string, cloud: CloudView): CloudRecord | undefined {
    const others = this.model.entry(type)?.importedBy ?? [];
    const everything = cloud.ofType(type);
    return (
      everything.find((record) => record.id === name) ??
      everything.find((record) => others.some((form) => filled(form, valuesOf(record)) === name))
    );
  }
}

/** A property's value, or a form with those of several. */
function filled(form: string, values: Values): string {
  const pattern = form.includes("{") ? form : `{${form}}`;
  return pattern.replace(/\{([\w|]+)\}/g, (_, names: string) => {
    const found = names.split("|").find((name) => typeof values[name] === "string" && values[name] !== "");
    return found === undefined ? "" : textOf(values, found);
  });
}
