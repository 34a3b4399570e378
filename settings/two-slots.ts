import { z } from "zod";
import { format, setting } from "./describe";

/** IAM has two access keys a user, and no more ("IAM and AWS STS quotas"); two roles take turns to log in as one. */
export const slotNames = ["a", "b"] as const;
export type Slot = (typeof slotNames)[number];

/** Two slots for what is rotated: one is given out, and the other has what came before, or will come next. */
export const twoSlots = z.strictObject({
  current: setting(z.enum(slotNames), {
    description:
      "The slot of what the stack gives out: outputs, secrets, URLs, workloads. It is always active.",
  }),
  other: setting(z.enum(["none", "active", "inactive"]), {
    description:
      "What the other slot has: nothing, one that is valid beside, or one that is deactivated and can be taken back by `active`.",
  }),
  since: setting(
    format(z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/), {
      allowed: "a time in UTC to the minute, such as 2026-12-01T10:15Z",
    }),
    { description: "When this was written: what is inactive is so from then on." },
  ),
});
export type TwoSlots = z.infer<typeof twoSlots>;

export function otherSlot(slot: Slot): Slot {
  return slot === "a" ? "b" : "a";
}

/** Whether what is in a slot is valid. */
export function isActive(slot: Slot, { current, other }: TwoSlots): boolean {
  return slot === current || other === "active";
}
