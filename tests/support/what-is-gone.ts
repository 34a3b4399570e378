type Mapping = Readonly<Record<string, unknown>>;

const mapping = (value: unknown): Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

/**
 * What the workloads of a configuration name in sections, or parts of them, that are not there: paths to take out, where a test is
 * about the section and not about who uses it.
 */
export function namesOfWhatIsGone(config: Mapping): readonly (readonly string[])[] {
  const section = (name: string): Mapping => mapping(config[`groundwork:${name}`]);
  const roles = mapping(mapping(section("database")["bootstrap"])["roles"]);
  const hasQueues = Object.keys(mapping(section("messaging")["queues"])).length > 0;
  const isGone = (grant: unknown): boolean =>
    String(grant).startsWith("reports:") ? !("groundwork:reports" in config) : !hasQueues;
  return Object.entries(section("workloads")).flatMap(([key, workload]) => {
    const at = ["groundwork:workloads", key];
    const { grants, secrets } = mapping(workload);
    return [
      ...(Array.isArray(grants) && grants.some(isGone) ? [[...at, "grants"]] : []),
      ...Object.entries(mapping(secrets)).flatMap(([variable, source]) => {
        const { databaseRole } = mapping(source);
        return databaseRole === undefined || (typeof databaseRole === "string" && databaseRole in roles)
          ? []
          : [[...at, "secrets", variable]];
      }),
    ];
  });
}

/** Takes them out of a configuration. */
export function forgetWhatIsGone(config: Record<string, unknown>): void {
  for (const path of namesOfWhatIsGone(config)) {
    const holder = path.slice(0, -1).reduce<unknown>((within, key) => mapping(within)[key], config);
    delete (holder as Record<string, unknown>)[path.at(-1) ?? ""];
  }
}
