import type { Draft } from "./draft";
import type { Path } from "./problem";
import type { SecretSource } from "./sections/workload-secrets";
import type { WorkloadSettings } from "./sections/workloads";

/** A place in a workload's settings that says where a secret value comes from. */
export interface SourcePlace {
  readonly path: Path;
  readonly source: Draft<SecretSource>;
}

/** What every container of a workload has. */
type Container = Partial<Pick<Draft<WorkloadSettings>, "resources" | "environment" | "secrets">>;

/** Its containers, each with its path: the program's own is the workload itself. */
export function containersOf(workload: Draft<WorkloadSettings>): readonly (readonly [Path, Container])[] {
  return [
    [[], workload],
    ...(["initContainers", "sidecars"] as const).flatMap((list) =>
      (workload[list] ?? []).map((container, index) => [[list, index], container ?? {}] as const),
    ),
  ];
}

/** All of them: variables of each container, files, and logins of registries. */
export function* secretSourcesOf(workload: Draft<WorkloadSettings>): Iterable<SourcePlace> {
  for (const [path, { secrets }] of containersOf(workload)) {
    for (const [variable, source] of Object.entries(secrets ?? {})) {
      if (source !== undefined) yield { path: [...path, "secrets", variable], source };
    }
  }
  for (const [file, entry] of Object.entries(workload.files ?? {})) {
    if (entry?.secret !== undefined) yield { path: ["files", file, "secret"], source: entry.secret };
  }
  for (const [registry, login] of Object.entries(workload.imagePullSecrets ?? {})) {
    if (login?.password !== undefined) {
      yield { path: ["imagePullSecrets", registry, "password"], source: login.password };
    }
  }
}

/** Whether its pods connect to the stack's database. */
export function usesDatabase(workload: Draft<WorkloadSettings>): boolean {
  return [...secretSourcesOf(workload)].some(({ source }) => source.databaseRole !== undefined);
}
