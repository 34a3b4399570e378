import { covers } from "./iam-glob";
import type { PartsProperty, SwitchProperty } from "../stateful-type";
import { isRecord, parseJson } from "../unknown";

type Statement = Readonly<Record<string, unknown>>;

export function statementsOf(policy: unknown): readonly Statement[] {
  const document = typeof policy === "string" ? parseJson(policy) : policy;
  return isRecord(document) ? listed(document["Statement"]).filter(isRecord) : [];
}

/** Whether a statement denies an action to everybody, and always: with a condition somebody is left, or some time. */
export function deniesEverybody(statement: Statement, action: string): boolean {
  const { Effect: effect, Principal: principal, Condition: condition } = statement;
  const who = isRecord(principal) ? listed(principal["AWS"]) : [principal];
  return effect === "Deny" && who.includes("*") && isEmpty(condition) && isAbout(statement, action);
}

/**
 * A policy that leaves nobody a way back: of all of these actions at least one is denied to everybody, those who could take
 * the denial off among them.
 *
 * @param path of the document.
 * @param actions without which the thing cannot be managed, or its data not be read.
 */
export function keepsNobodyOut(path: string, actions: readonly string[], otherwise: string): SwitchProperty {
  return {
    kind: "switch",
    path,
    safe: "open",
    absent: "open",
    part: (policy) =>
      statementsOf(policy).some((statement) => actions.some((action) => deniesEverybody(statement, action)))
        ? "shut"
        : "open",
    otherwise,
    demanded: true,
  };
}

/**
 * The denials of a policy that keep data from being deleted stay: for everybody, for everybody but some, or under a condition on
 * who asks. A denial under another condition (of plain HTTP, of a network) is about something else.
 *
 * @param path of the document.
 * @param actions by which data is lost.
 */
export function keepsDenials(path: string, actions: readonly string[]): PartsProperty {
  return {
    kind: "parts",
    path,
    parts: (policy) => {
      const denials = statementsOf(policy).filter(isDenialByWho);
      return new Map(
        actions
          .filter((action) => denials.some((statement) => isAbout(statement, action)))
          .map((action) => [`the denial of ${action}`, Infinity]),
      );
    },
    otherwise: "What that denial kept from being deleted can be deleted by whoever has the permission.",
  };
}

function isDenialByWho({ Effect: effect, Condition: condition }: Statement): boolean {
  const keys = Object.values(isRecord(condition) ? condition : {}).flatMap((one) =>
    isRecord(one) ? Object.keys(one) : [],
  );
  return effect === "Deny" && keys.every((key) => /^aws:(Principal|user|TokenIssueTime|Multi)/i.test(key));
}

function isAbout({ Action: actions, NotAction: others }: Statement, action: string): boolean {
  const matches = (patterns: unknown): boolean =>
    listed(patterns).some((pattern) => typeof pattern === "string" && covers(pattern, action));
  return others === undefined ? matches(actions) : !matches(others);
}

function isEmpty(condition: unknown): boolean {
  return condition === undefined || (isRecord(condition) && Object.keys(condition).length === 0);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
