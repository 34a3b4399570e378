import { count } from "../terminal/output";
import { spanText } from "../terminal/output";
import type { FoundQueue, Limits, Verdict } from "./queue";

/** The tag that the program's provider puts on everything it makes (components/provider.ts). */
const managedBy = "managed-by";

/** Whether a queue is abandoned. What is not known counts for the queue. */
export function judgeQueue(queue: FoundQueue, limits: Limits): Verdict {
  const keep = (why: string): Verdict => ({ remove: false, why });
  if (limits.declared.has(queue.name)) {
    return keep("the stack declares it");
  }
  if (queue.tags[managedBy] === "groundwork") {
    return keep("it is tagged managed-by: groundwork: a stack declares it");
  }
  if (queue.messages > 0 && !limits.withMessages) {
    return keep(`it holds ${count(queue.messages, "message")}`);
  }
  const age = limits.now - queue.created;
  if (age < limits.idle) {
    return keep(`it is ${spanText(age)} old`);
  }
  const { use } = queue;
  if (use.kind === "unknown") {
    return keep(`its last use is not known: ${use.why}`);
  }
  const idle = limits.now - (use.kind === "at" ? use.at : use.since);
  if (idle < limits.idle) {
    return keep(use.kind === "at" ? `it was used ${spanText(idle)} ago` : "its last use is not known");
  }
  const since =
    use.kind === "at" ? `not used for ${spanText(idle)}` : `not used in the last ${spanText(idle)}`;
  return {
    remove: true,
    why: queue.messages > 0 ? `${since}, with ${count(queue.messages, "message")}` : since,
  };
}
