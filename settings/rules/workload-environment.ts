import { standardUsers, type Grant } from "../sections/users";
import { entriesOf, type Rule, type RuleInput, type Verdict } from "./rule";
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

const variablesAreSetOnce = each(function* ({ environment, secrets, mail }) {
  for (const name of Object.keys(secrets ?? {})) {
    if (environment !== undefined && name in environment) {
      yield [
        ["secrets", name],
        { message: `${name} is set in environment too`, allowed: "each variable once", aboutKey: true },
      ];
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

const grantsOfStandard: Readonly<Record<(typeof standardUsers)[number], Grant>> = {
  report_writer: "reports:write",
  report_reader: "reports:read",
  sqs_readwriter: "queues:all",
};

const grantsOfScheme: Readonly<Record<string, readonly Grant[]>> = {
  dynamodb: ["reports:write", "reports:read"],
  s3: ["reports:write", "reports:read"],
  sqs: ["queues:all"],
};

const secretUsersExist = each(function* ({ secrets }, _key, input) {
  const users = usersOf(input);
  for (const [name, secret] of Object.entries(secrets ?? {})) {
    const { user, url } = secret ?? {};
    if (user === undefined) {
      continue;
    }
    const grants = users.get(user);
    if (grants === undefined) {
      yield [
        ["secrets", name, "user"],
        {
          message: `${JSON.stringify(user)} is no service user of this stack`,
          allowed:
            users.size === 0
              ? "a user of the section groundwork:users, which has none"
              : `one of ${[...users.keys()].join(", ")}`,
        },
      ];
    } else if (url !== undefined && !(grantsOfScheme[url] ?? []).some((grant) => grants.includes(grant))) {
      yield [
        ["secrets", name, "url"],
        {
          message: `${JSON.stringify(user)} may not use ${url}`,
          allowed: `a user with ${(grantsOfScheme[url] ?? []).join(" or ")}, or a URL of what it may use`,
        },
      ];
    }
  }
});

/** Service users that a stack has, with what they may do. */
function usersOf({ declared, users }: RuleInput): ReadonlyMap<string, readonly Grant[]> {
  if (!declared.has("users")) {
    return new Map();
  }
  const standard = standardUsers
    .map((name) => [name, [grantsOfStandard[name]]] as const)
    .filter(([, [grant]]) => declared.has(grant === "queues:all" ? "messaging" : "reports"));
  const additional = Object.entries(users?.additional ?? {}).map(
    ([name, user]) => [name, (user?.grants ?? []).filter((grant) => grant !== undefined)] as const,
  );
  return new Map<string, readonly Grant[]>([...standard, ...additional]);
}

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
  secretUsersExist,
  mailIsThere,
];
