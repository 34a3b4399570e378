import type { CloudRecord, CloudStore } from "../cloud/store";
import type { CloudHands, Place } from "./entry";
import type { PackageModel } from "./package-model";
import type { Values } from "./values";

/** The scope of a resource's record: what its id is unique within. */
export function scopeOf<Config>(
  model: PackageModel<Config>,
  type: string,
  place: Place,
  values: Values,
  urn: string,
): string {
  if (model.livesInState === true) return urn;
  const base = model.scope(type, place);
  const within = model.entry(type)?.within?.(values) ?? "";
  return within === "" ? base : `${base}/${within}`;
}

/** The part of the cloud that one place's credentials reach, and hands to act in it. */
export function handsOf<Config>(store: CloudStore, model: PackageModel<Config>, place: Place): CloudHands {
  const reached = (record: CloudRecord): boolean => {
    const base = model.scope(record.type, place);
    return base === "" || record.scope === base || record.scope.startsWith(`${base}/`) || record.scope === "";
  };
  return {
    find: (type, id) =>
      model.entry(type)?.within
        ? store.ofType(type).find((record) => record.id === id && reached(record))
        : store.find(type, id, model.scope(type, place)),
    ofType: (type) => store.ofType(type).filter(reached),
    inPlace: () => store.all().filter((record) => record.package === model.name && reached(record)),
    everywhere: (type) => store.ofType(type),
    put: (partial) => {
      const record: CloudRecord = {
        package: model.name,
        name: partial.id,
        outputs: partial.inputs,
        createdAt: new Date().toISOString(),
        scope: scopeOf(model, partial.type, place, partial.inputs, ""),
        ...partial,
      };
      if (!store.create(record)) store.replace(record);
    },
    remove: (type, id) => {
      for (const record of store.ofType(type)) if (record.id === id && reached(record)) store.remove(record);
    },
    ofPackage: (name) => store.all().filter((record) => record.package === name),
    keep: (record) => {
      if (!store.create(record)) store.replace(record);
    },
    drop: (record) => {
      store.remove(record);
    },
  };
}
