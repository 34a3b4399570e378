import { slotName } from "../../components/metal-workers/slot-identity";
import { count } from "../terminal/output";
import { missingSteps } from "./building";
import { ageHours, type FoundMachine, type Price } from "./machine";
import type { Pool } from "./pool";

/** A row for each slot that is wanted, that the state knows, or that a machine says it is of. */
export function poolRows(pool: Pool, steps: readonly string[], now: Date): readonly (readonly string[])[] {
  return [
    ["slot", "machine", "state", "kind", "address", "age", "built", ""],
    ...poolDocument(pool, steps, now).map(({ slot, machine, state, kind, address, age, built, note }) => [
      String(slot),
      machine ?? "-",
      state ?? "-",
      kind ?? "-",
      address ?? "-",
      age === null ? "-" : ageText(age),
      `${built} of ${steps.length} steps`,
      note,
    ]),
  ];
}

interface ListedSlot {
  readonly slot: number;
  readonly name: string;
  readonly machine: string | null;
  readonly state: string | null;
  readonly kind: string | null;
  readonly address: string | null;
  /** Hours. */
  readonly age: number | null;
  /** Steps that are done. */
  readonly built: number;
  readonly note: string;
}

export function poolDocument(pool: Pool, steps: readonly string[], now: Date): readonly ListedSlot[] {
  const slots = new Set([
    ...pool.wanted,
    ...pool.inState.keys(),
    ...pool.machines.flatMap(({ slot }) => (slot === undefined ? [] : [slot])),
  ]);
  return [...slots]
    .sort((a, b) => a - b)
    .map((slot) => {
      const inState = pool.inState.get(slot);
      const own = pool.machines.filter((machine) => machine.slot === slot);
      const machine = own.find(({ id }) => id === inState?.machine?.id) ?? own[0];
      return {
        slot,
        name: slotName(slot),
        machine: inState?.machine?.id ?? machine?.id ?? null,
        state: machine?.state ?? null,
        kind: machine?.kind === "" ? null : (machine?.kind ?? null),
        address: machine?.address ?? inState?.connection?.host ?? null,
        age: (machine && ageHours(machine, now)) ?? null,
        built: steps.length - missingSteps(inState, steps).length,
        note: noteOf(pool, slot, own),
      };
    });
}

function noteOf(pool: Pool, slot: number, own: readonly FoundMachine[]): string {
  const inState = pool.inState.get(slot);
  const id = inState?.machine?.id;
  const made = own.some(({ source }) => source !== "hosts");
  const notes = [
    pool.wanted.includes(slot) ? "" : "not in the settings",
    inState === undefined && own.length === 0 ? "not made yet" : "",
    id !== undefined && !own.some((machine) => machine.id === id) ? "gone" : "",
    made && own.some((machine) => machine.id !== id) ? "see `./groundwork doctor STACK`" : "",
  ];
  return notes.filter((note) => note !== "").join(", ");
}

/** "40 minutes", "7 hours", "12 days". */
export function ageText(hours: number): string {
  if (hours < 1) {
    return count(Math.round(hours * 60), "minute");
  }
  return hours < 48 ? count(Math.round(hours), "hour") : count(Math.round(hours / 24), "day");
}

/** What a machine costs in a month of 730 hours, and who says so. */
export function priceText(price: Price): string {
  return price.kind === "known"
    ? `$${(price.dollarsPerHour * hoursAMonth).toFixed(0)} a month ($${String(price.dollarsPerHour)} an hour; ${price.from})`
    : `cost unknown: ${price.why}`;
}

/** As the clouds themselves reckon. */
const hoursAMonth = 730;
