import { expect } from "chai";
import { openingOf, openingText } from "../../../operations/fleet/window";
import type { MaintenanceWindowSettings } from "../../../settings/sections/fleet-roll";

const london: MaintenanceWindowSettings = {
  days: ["sun"],
  start: "01:30",
  durationMinutes: 120,
  timeZone: "Europe/London",
};

function at(moment: string, window: MaintenanceWindowSettings = london): readonly [boolean, string, string] {
  const { isOpen, opening } = openingOf(window, Date.parse(moment));
  return [isOpen, opening.from.toUTC().toISO() ?? "", opening.until.toUTC().toISO() ?? ""];
}

describe("a maintenance window", () => {
  it("is open from its start for its minutes, and not a moment longer", () => {
    const open = [true, "2026-11-22T01:30:00.000Z", "2026-11-22T03:30:00.000Z"];
    expect(at("2026-11-22T01:30:00Z")).to.deep.equal(open);
    expect(at("2026-11-22T03:29:59Z")).to.deep.equal(open);
    expect(at("2026-11-22T01:29:59Z")[0]).to.equal(false);
    expect(at("2026-11-22T03:30:00Z")).to.deep.equal([
      false,
      "2026-11-29T01:30:00.000Z",
      "2026-11-29T03:30:00.000Z",
    ]);
  });

  it("follows the clocks of its zone, and lasts as long in the nights in which they change", () => {
    expect(at("2026-07-01T00:00:00Z").slice(1)).to.deep.equal([
      "2026-07-05T00:30:00.000Z",
      "2026-07-05T02:30:00.000Z",
    ]);
    // 29 March 2026, 01:00 to 02:00 does not exist in London.
    expect(at("2026-03-28T12:00:00Z").slice(1)).to.deep.equal([
      "2026-03-29T01:30:00.000Z",
      "2026-03-29T03:30:00.000Z",
    ]);
    // 25 October 2026, 01:00 to 02:00 comes twice: the first counts.
    expect(at("2026-10-24T12:00:00Z").slice(1)).to.deep.equal([
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T02:30:00.000Z",
    ]);
  });

  it("is open past midnight, and a whole day long", () => {
    const late = { ...london, days: ["sat" as const], start: "23:00", timeZone: "UTC" };
    expect(at("2026-11-22T00:59:00Z", late)[0]).to.equal(true);
    expect(at("2026-11-22T01:00:00Z", late)[0]).to.equal(false);
    const daily = { ...late, days: ["sat" as const], durationMinutes: 1440 };
    expect(at("2026-11-22T22:59:00Z", daily)[0]).to.equal(true);
    expect(at("2026-11-22T23:00:00Z", daily)[0]).to.equal(false);
  });

  it("is told in the words of its zone, and in UTC", () => {
    const { opening } = openingOf({ ...london, start: "02:00" }, Date.parse("2026-07-01T00:00:00Z"));
    expect(openingText(opening)).to.equal("Sun 5 Jul 2026 02:00 to 04:00 Europe/London (Sun 01:00 UTC)");
  });
});
