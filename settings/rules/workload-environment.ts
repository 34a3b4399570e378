import type { Path } from "../problem";
import type { Grant } from "../sections/users";
import { roleFields, userFields } from "../sections/workload-secrets";
import { containersOf, secretSourcesOf, type SourcePlace } from "../workload-sources";
import { entriesOf, repeated, type Rule, type RuleInput, type Verdict } from "./rule";
import { usersOf } from "./users";
import { each } from "./workload-rule";

/** What Linux takes as one text, its name, `=` and the end included. */
const textBytes = 131072;
/** Of 1.5 MiB that etcd takes for an object; what else is in it, and its copies of managed fields, need the rest. */
const objectBytes = 512 * 1024;

const environmentFits = each(function* ({ environment, command, args }) {
  let total = 0;
  for (const [name, value] of Object.entries(environment ?? {})) {
    const bytes = Buffer.byteLength(`${name}=${value ?? ""}`) + 1;
    total += bytes;
    if (bytes > textBytes) {
      yield [["environment", name], tooLong(bytes)];
    }
  }
  for (const [key, list] of [
    ["command", command],
    ["args", args],
  ] as const) {
    for (const [index, text] of entriesOf(list)) {
      const bytes = Buffer.byteLength(text) + 1;
      total += bytes;
      if (bytes > textBytes) {
        yield [[key, index], tooLong(bytes)];
      }
    }
  }
  if (total > objectBytes) {
    yield [
      ["environment"],
      {
        message: `environment, command and args have ${total} bytes together`,
        allowed: `up to ${objectBytes} bytes: the API server keeps no larger objects. Read large things from a file or a bucket`,
      },
    ];
  }
});

function tooLong(bytes: number): Verdict {
  return { message: `has ${bytes} bytes`, allowed: `up to ${textBytes} bytes, as Linux has it` };
}

/** Environment variables that the section mail gives. */
const mailVariables = ["SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD", "SMTP_FROM"] as const;

const variablesAreSetOnce = each(function* (workload) {
  const { environment, secrets, mail } = workload;
  for (const [path, container] of containersOf(workload)) {
    for (const name of Object.keys(container.secrets ?? {})) {
      if (container.environment !== undefined && name in container.environment) {
        yield [
          [...path, "secrets", name],
          { message: `${name} is set in environment too`, allowed: "each variable once", aboutKey: true },
        ];
      }
    }
  }
  if (mail !== true) {
    return;
  }
  for (const section of ["environment", "secrets"] as const) {
    for (const name of mailVariables) {
      if ((section === "environment" ? environment : secrets)?.[name] !== undefined) {
        yield [
          [section, name],
          {
            message: `${name} is what mail: true gives`,
            allowed: "another name, or mail: false",
            aboutKey: true,
          },
        ];
      }
    }
  }
});

const grantsOfScheme: Readonly<Record<string, readonly Grant[]>> = {
  dynamodb: ["reports:write", "reports:read"],
  s3: ["reports:write", "reports:read"],
  sqs: ["queues:all"],
};

const secretsHaveOneSource = each(function* (workload, _key, input) {
  for (const { path, source } of secretSourcesOf(workload)) {
    const given = places.filter((place) => place in source);
    if (given.length !== 1) {
      yield [
        path,
        {
          message:
            given.length === 0 ? "does not say where the value comes from" : `has ${given.join(" and ")}`,
          allowed: `one of ${places.join(", ")}`,
        },
      ];
      continue;
    }
    const [place] = given;
    for (const [field, owners] of Object.entries(fieldsOf)) {
      if (source[field as keyof typeof source] !== undefined && !owners.includes(place as never)) {
        yield [
          [...path, field],
          { message: `${place ?? ""} has none`, allowed: `${field} with ${owners.join(" or ")}` },
        ];
      }
    }
    yield* place === "user" ? ofUser(path, source, input) : [];
    yield* place === "databaseRole" ? ofRole(path, source, input) : [];
  }
});

/** Where values come from, and what else each of these may say. */
const places = ["databaseRole", "user", "secretsManager", "stackSecret"] as const;
const fieldsOf: Readonly<Record<string, readonly (typeof places)[number][]>> = {
  url: ["user"],
  field: ["databaseRole", "user"],
  replica: ["databaseRole"],
  jsonKey: ["secretsManager"],
};

type Source = SourcePlace["source"];
type Found = readonly [Path, Verdict];

function* ofUser(path: Path, source: Source, input: RuleInput): Iterable<Found> {
  const { user, url, field } = source;
  const users = usersOf(input);
  const grants = user === undefined ? undefined : users.get(user);
  if (user !== undefined && grants === undefined) {
    yield [
      [...path, "user"],
      {
        message: `${JSON.stringify(user)} is no service user of this stack`,
        allowed:
          users.size === 0
            ? "a user of the section groundwork:users, which has none"
            : `one of ${[...users.keys()].join(", ")}`,
      },
    ];
  } else if (
    url !== undefined &&
    !(grantsOfScheme[url] ?? []).some((grant) => grants?.includes(grant) === true)
  ) {
    yield [
      [...path, "url"],
      {
        message: `${JSON.stringify(user)} may not use ${url}`,
        allowed: `a user with ${(grantsOfScheme[url] ?? []).join(" or ")}, or a URL of what it may use`,
      },
    ];
  }
  if ("url" in source === "field" in source) {
    yield [
      path,
      {
        message: "url" in source ? "has both url and field" : "does not say which value of the user it is",
        allowed: "url, or field",
      },
    ];
  } else if (field !== undefined && !(userFields as readonly string[]).includes(field)) {
    yield [[...path, "field"], { message: `a user has no ${field}`, allowed: userFields.join(", ") }];
  }
}

function* ofRole(path: Path, source: Source, { database }: RuleInput): Iterable<Found> {
  const { databaseRole, field, replica } = source;
  const bootstrap = database?.bootstrap;
  const logins = Object.entries(bootstrap?.roles ?? {}).filter(([, role]) => role?.login !== false);
  const at = [...path, "databaseRole"];
  if (databaseRole !== undefined && !logins.some(([name]) => name === databaseRole)) {
    const allowed =
      logins.length === 0
        ? "a role of database.bootstrap.roles that logs in; there is none"
        : `one of ${logins.map(([name]) => name).join(", ")}`;
    const message = `${JSON.stringify(databaseRole)} is no role of database.bootstrap that logs in`;
    yield [at, { message, allowed }];
    return;
  }
  const replicas = Object.keys(database?.replicas ?? {});
  if (replica !== undefined && !replicas.includes(replica)) {
    yield [
      [...path, "replica"],
      {
        message: `${JSON.stringify(replica)} is no replica of the database`,
        allowed:
          replicas.length === 0
            ? "a key of database.replicas, and there is none"
            : `one of ${replicas.join(", ")}`,
      },
    ];
  }
  if (field !== undefined && !(roleFields as readonly string[]).includes(field)) {
    yield [
      [...path, "field"],
      { message: `a database role has no ${field}`, allowed: roleFields.join(", ") },
    ];
  }
}

const grantsAreOfSections = each(function* ({ grants }, _key, { declared, messaging }) {
  for (const [index, grant] of repeated(grants)) {
    yield [["grants", index], { message: `${JSON.stringify(grant)} is listed twice`, allowed: "each once" }];
  }
  for (const [index, grant] of entriesOf(grants)) {
    const section = grant.startsWith("queues:") ? "messaging" : "reports";
    if (!declared.has(section)) {
      yield [
        ["grants", index],
        {
          message: `${JSON.stringify(grant)} is about a section groundwork:${section}, which is not there`,
          allowed: "a grant of what the stack has",
        },
      ];
    } else if (
      (grant === "queues:send" || grant === "queues:receive") &&
      messaging !== undefined &&
      Object.keys(messaging.queues ?? {}).length === 0
    ) {
      yield [
        ["grants", index],
        { message: "messaging has no queues", allowed: "queues:all, or a queue in messaging.queues" },
      ];
    }
  }
});

const mailIsThere = each(function* ({ mail }, _key, { declared }) {
  if (mail === true && !declared.has("mail")) {
    yield [
      ["mail"],
      { message: "there is no section groundwork:mail", allowed: "false, or a section groundwork:mail" },
    ];
  }
});

/** What stands in the environment of its containers, and where that comes from. */
export const workloadEnvironmentRules: readonly Rule[] = [
  environmentFits,
  variablesAreSetOnce,
  secretsHaveOneSource,
  grantsAreOfSections,
  mailIsThere,
];
