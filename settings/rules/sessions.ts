import { finding, type Rule } from "./rule";

const sessionsHaveMachines: Rule = function* ({ declared }) {
  const machines = ["fleets", "workerGroups", "staticServices"] as const;
  if (declared.has("sessions") && !machines.some((section) => declared.has(section))) {
    yield finding("sessions", [], {
      message: "there are no machines to have sessions on",
      allowed: `the section beside one of ${machines.map((section) => `groundwork:${section}`).join(", ")}`,
    });
  }
};

export const sessionRules: readonly Rule[] = [sessionsHaveMachines];
