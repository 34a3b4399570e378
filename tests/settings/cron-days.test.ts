import { expect } from "chai";
import { comesToPass } from "../../settings/cron-days";
import { scheduleSettings } from "../../settings/sections/worker-scaling";
import { imageBuildSettings } from "../../settings/sections/worker-images";

describe("days of a cron expression", () => {
  it("come when one of the months has one of them", () => {
    for (const cron of [
      "0 7 29 2 *",
      "0 7 30 2,3 *",
      "0 7 31 */2 *",
      "0 7 31 jan-feb *",
      "0 7 * 2 *",
      "0 7 30 2 mon",
      "0 7 L 2 ? *",
    ]) {
      expect(comesToPass(cron), cron).to.equal(true);
    }
  });

  it("never come otherwise, and are refused", () => {
    for (const cron of [
      "0 7 30 2 *",
      "0 7 31 feb,apr,6 *",
      "0 7 30-31 2 *",
      "0 7 31 2/9 *",
      "0 7 31 4-4 *",
    ]) {
      expect(comesToPass(cron), cron).to.equal(false);
      const { error } = scheduleSettings.shape.cron.safeParse(cron);
      expect(
        error?.issues.map(({ message }) => message),
        cron,
      ).to.deep.equal(["names a day that never comes"]);
    }
    expect(
      imageBuildSettings.safeParse({ schedule: { cron: "0 3 30 feb ? *" } }).error?.issues[0]?.message,
    ).to.equal("names a day that never comes");
  });
});
