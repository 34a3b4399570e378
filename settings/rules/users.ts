import type { SectionName } from "../schema";
import { standardUsers, type Grant } from "../sections/users";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

/** IAM's limit on a user's name. */
const userNameLength = 64;

const sectionOfGrant: Readonly<Record<Grant, SectionName>> = {
  "reports:write": "reports",
  "reports:read": "reports",
  "queues:all": "messaging",
  "queues:send": "messaging",
  "queues:receive": "messaging",
};

const grantsOfStandard: Readonly<Record<(typeof standardUsers)[number], Grant>> = {
  report_writer: "reports:write",
  report_reader: "reports:read",
  sqs_readwriter: "queues:all",
};

/** Service users that a stack has, with what they may do. */
export function usersOf({ declared, users }: RuleInput): ReadonlyMap<string, readonly Grant[]> {
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

/** IAM tells user names apart by letters, not by their case. */
const userNamesAreUnique: Rule = function* ({ users }) {
  const seen = new Map<string, string>(standardUsers.map((name) => [name, "a standard user"]));
  for (const name of Object.keys(users?.additional ?? {})) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) {
      yield finding("users", ["additional", name], {
        message: `${JSON.stringify(name)} is ${first} already`,
        allowed: `a name other than ${standardUsers.join(", ")} and the other keys; case does not count`,
        aboutKey: true,
      });
    }
    seen.set(name.toLowerCase(), first ?? `the user ${JSON.stringify(name)}`);
  }
};

const userNamesFit: Rule = function* ({ users, project, stack }) {
  for (const key of Object.keys(users?.additional ?? {})) {
    const name = `${project}-${stack}-${key}`;
    if (name.length > userNameLength) {
      yield finding("users", ["additional", key], {
        message: `the IAM user's name ${JSON.stringify(name)} has ${name.length} characters`,
        allowed: `up to ${userNameLength} characters, project and stack included`,
        aboutKey: true,
      });
    }
  }
};

const grantsHaveTheirSections: Rule = function* ({ users, declared }) {
  for (const [name, user] of Object.entries(users?.additional ?? {})) {
    for (const [index, grant] of entriesOf(user?.grants)) {
      const section = sectionOfGrant[grant];
      if (!declared.has(section)) {
        yield finding("users", ["additional", name, "grants", index], {
          message: `${JSON.stringify(grant)} grants nothing: there is no section groundwork:${section}`,
          allowed: `grants for sections of the stack, or a section groundwork:${section}`,
        });
      }
    }
    for (const [index, grant] of repeated(user?.grants)) {
      yield finding("users", ["additional", name, "grants", index], {
        message: `${JSON.stringify(grant)} is listed twice`,
        allowed: "each grant once",
      });
    }
  }
};

/** A policy without a resource is none, and IAM refuses it. */
const grantsOnQueuesHaveQueues: Rule = function* ({ users, messaging }) {
  // Keys, since a queue that is wrong in itself is there all the same.
  if (messaging === undefined || Object.keys(messaging.queues ?? {}).length > 0) {
    return;
  }
  for (const [name, user] of Object.entries(users?.additional ?? {})) {
    for (const [index, grant] of entriesOf(user?.grants)) {
      if (grant === "queues:send" || grant === "queues:receive") {
        yield finding("users", ["additional", name, "grants", index], {
          message: `${JSON.stringify(grant)} grants nothing: groundwork:messaging declares no queue`,
          allowed: "queues:all for queues under controlPrefix, or a queue in groundwork:messaging.queues",
        });
      }
    }
  }
};

const keysAreOfUsers: Rule = function* (input) {
  const known = [...usersOf(input).keys()].sort();
  for (const name of Object.keys(input.users?.keys ?? {})) {
    if (!known.includes(name)) {
      yield finding("users", ["keys", name], {
        message: `${JSON.stringify(name)} is no user of this stack, so that it has no keys`,
        allowed: known.length === 0 ? "no entry: the stack has no users" : `one of ${known.join(", ")}`,
        aboutKey: true,
      });
    }
  }
};

const usersHaveSomethingToUse: Rule = function* ({ declared }) {
  if (declared.has("users") && !declared.has("reports") && !declared.has("messaging")) {
    yield finding("users", [], {
      message: "there is nothing that a user could use",
      allowed: "a section groundwork:reports or groundwork:messaging, or no section groundwork:users",
    });
  }
};

export const usersRules: readonly Rule[] = [
  userNamesAreUnique,
  userNamesFit,
  grantsHaveTheirSections,
  grantsOnQueuesHaveQueues,
  keysAreOfUsers,
  usersHaveSomethingToUse,
];
