type Mapping = Readonly<Record<string, unknown>>;

const mapping = (value: unknown): Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};

/** What a configuration would say of something else: where, and what; without a value it is taken out. */
interface Edit {
  readonly path: readonly string[];
  readonly value?: string;
}

/**
 * What the sections of a configuration name in others, or in parts of them, that are not there: how to do without, where a test is
 * about the section and not about who uses it.
 */
export function withoutWhatIsGone(config: Mapping): readonly Edit[] {
  return [...namesInWorkloads(config).map((path) => ({ path })), ...aliases(config), ...certificates(config)];
}

/** In place of a certificate that the stack would make. */
const someCertificate = "arn:aws:acm:eu-west-1:482913067251:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

function aliases(config: Mapping): readonly Edit[] {
  const section = (name: string): Mapping => mapping(config[`groundwork:${name}`]);
  const isThere = (target: string): boolean => {
    const [kind = "", name = ""] = target.split(":");
    if (kind === "fleet") return name in section("fleets");
    if (kind === "staticService") return name in section("staticServices");
    if (kind === "database") return "groundwork:database" in config;
    return "loadBalancer" in mapping(section("workloads")[kind]);
  };
  const dns = section("dns");
  const aliasesAt = (...at: readonly string[]): readonly Edit[] =>
    Object.entries(mapping(at.reduce<unknown>((within, key) => mapping(within)[key], dns)))
      .filter(([, target]) => !isThere(String(target)))
      .map(([label]) => ({ path: ["groundwork:dns", ...at, label] }));
  const zones = Object.keys(mapping(dns["privateZones"]));
  return [
    ...aliasesAt("aliases"),
    // Nobody sees one without a network.
    ...("groundwork:network" in config || zones.length === 0
      ? zones.flatMap((zone) => aliasesAt("privateZones", zone, "aliases"))
      : [{ path: ["groundwork:dns", "privateZones"] }]),
  ];
}

function certificates(config: Mapping): readonly Edit[] {
  const section = (name: string): Mapping => mapping(config[`groundwork:${name}`]);
  const made = mapping(section("dns")["certificates"]);
  const holders = [
    ...Object.keys(section("fleets")).map((role) => ["groundwork:fleets", role, "loadBalancer", "http"]),
    ...Object.keys(section("workloads")).map((key) => ["groundwork:workloads", key, "loadBalancer"]),
  ];
  return holders.flatMap((at) => {
    const { certificate } = mapping(at.reduce<unknown>((within, key) => mapping(within)[key], config));
    return typeof certificate !== "string" || certificate in made
      ? []
      : [{ path: [...at, "certificate"] }, { path: [...at, "certificateArn"], value: someCertificate }];
  });
}

function namesInWorkloads(config: Mapping): readonly (readonly string[])[] {
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

/** Has a configuration do without. */
export function forgetWhatIsGone(config: Record<string, unknown>): void {
  for (const { path, value } of withoutWhatIsGone(config)) {
    const key = path.at(-1) ?? "";
    const holder = path.slice(0, -1).reduce<unknown>((within, part) => mapping(within)[part], config);
    if (value === undefined) delete (holder as Record<string, unknown>)[key];
    else (holder as Record<string, unknown>)[key] = value;
  }
}
