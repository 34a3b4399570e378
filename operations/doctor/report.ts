import { count, table } from "../terminal/output";
import { ageText, priceText } from "../workers/listing";
import { ageHours } from "../workers/machine";
import type { MachineFinding, Remedy } from "./judge";

/** A finding as `--json` has it. */
export function findingDocument(finding: MachineFinding, now: Date): Record<string, unknown> {
  const { kind, slot, machine, why, remedy, how = [] } = finding;
  return {
    kind,
    slot,
    machine: machine?.id ?? null,
    name: machine?.name ?? null,
    state: machine?.state ?? null,
    type: machine?.kind ?? null,
    address: machine?.address ?? null,
    createdAt: machine?.createdAt?.toISOString() ?? null,
    ageHours: (machine && ageHours(machine, now)) ?? null,
    dollarsPerHour: machine?.price.kind === "known" ? machine.price.dollarsPerHour : null,
    price:
      machine === undefined ? null : machine.price.kind === "known" ? machine.price.from : machine.price.why,
    why,
    remedy,
    calls: how.map(([command]) => command),
  };
}

/** Findings for a person: a heading and two lines each. */
export function findingText(
  finding: MachineFinding,
  now: Date,
  call: (action: string, slot: number) => string,
): string {
  const { kind, slot, machine, why, remedy, how = [] } = finding;
  const age = machine && ageHours(machine, now);
  const rows = [
    ["why", why],
    ...(machine === undefined
      ? []
      : [
          [
            "machine",
            [machine.name, machine.kind, machine.state, machine.address].filter(Boolean).join(", "),
          ],
          ["age", age === undefined ? "unknown: its vendor does not tell" : ageText(age)],
          ["cost", priceText(machine.price)],
        ]),
    ...(remedy === "calls"
      ? how.map(([command, what], index) => [index === 0 ? "remedy" : "then", `\`${command}\` ${what}`])
      : [["remedy", remedyText(remedy, slot, call)]]),
  ];
  return `  ${kind}: slot ${slot}${machine === undefined ? "" : `, ${machine.id}`}\n${table(rows, "    ")}`;
}

function remedyText(
  remedy: Exclude<Remedy, "calls">,
  slot: number,
  call: (action: string, slot: number) => string,
): string {
  switch (remedy) {
    case "adopt":
      return "--fix takes it over, as any `up` does";
    case "build":
      return `--fix continues from there, as any \`up\` does, and \`${call("retry", slot)}\` for this slot alone`;
    case "forget":
      return "--fix takes it out of the state; nothing else changes";
    case "remove":
      return "--fix deletes it";
    case "replace":
      return `\`${call("replace", slot)}\``;
    case "none":
      return "look at it yourself";
  }
}

/** "2 machines to delete, 1 to take over". */
export function planText(findings: readonly MachineFinding[]): string {
  const of = (remedy: Remedy): number => findings.filter((finding) => finding.remedy === remedy).length;
  const parts = [
    of("remove") > 0 ? `delete ${count(of("remove"), "machine")} for good` : "",
    of("adopt") > 0 ? `take over ${count(of("adopt"), "machine")}` : "",
    of("forget") > 0
      ? `take ${of("forget") === 1 ? "1 entry" : `${of("forget")} entries`} out of the state`
      : "",
    of("build") > 0 ? `go on building ${count(of("build"), "machine")}` : "",
  ].filter((part) => part !== "");
  return parts.join(", ");
}
