import { expect } from "chai";
import { dailyMeetsWeekly, parseDailyWindow, parseWeeklyWindow, type Window } from "../../settings/windows";

const daily = (text: string): Window => parseDailyWindow(text) as Window;
const weekly = (text: string): Window => parseWeeklyWindow(text) as Window;

describe("RDS windows", () => {
  it("have a start and a length, also over midnight and over the end of the week", () => {
    expect(daily("23:30-00:30")).to.deep.equal({ start: 1410, length: 60 });
    expect(weekly("sun:23:30-mon:00:30")).to.deep.equal({ start: 10050, length: 60 });
    expect(weekly("mon:00:00-mon:00:30")).to.deep.equal({ start: 0, length: 30 });
  });

  it("are none when they are written otherwise", () => {
    expect(parseDailyWindow("3:00-4:00")).to.equal(undefined);
    expect(parseWeeklyWindow("xyz:03:00-sun:04:00")).to.equal(undefined);
  });

  for (const [backup, maintenance, meets] of [
    ["03:00-04:00", "sun:04:00-sun:05:00", false],
    ["03:00-04:00", "sun:02:00-sun:03:00", false],
    ["03:00-04:00", "sun:03:30-sun:03:45", true],
    ["03:00-04:00", "wed:02:00-wed:05:00", true],
    ["23:30-00:30", "mon:00:15-mon:01:00", true],
    ["23:30-00:30", "mon:00:30-mon:01:00", false],
    ["00:00-00:30", "sun:23:45-mon:00:15", true],
    ["12:00-12:30", "tue:13:00-wed:11:30", false],
    ["12:00-12:30", "tue:12:30-wed:12:15", true],
  ] as const) {
    it(`a backup ${backup} and maintenance ${maintenance} ${meets ? "meet" : "do not meet"}`, () => {
      expect(dailyMeetsWeekly(daily(backup), weekly(maintenance))).to.equal(meets);
    });
  }
});
