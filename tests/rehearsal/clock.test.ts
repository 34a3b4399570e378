import { expect } from "chai";
import { Clock } from "../../rehearsal/cloud/clock";

describe("rehearsal: waiting times", () => {
  it("are not waited for unless a speed says how fast", async () => {
    await new Clock(undefined).pass(3600);
  });

  it("end when the run is cancelled", async () => {
    const clock = new Clock(1);
    const waited = Promise.all([clock.pass(3600), clock.sleep(3600)]);
    clock.wakeAll();
    await waited;
  });

  it("have a speed above nothing", () => {
    for (const speed of [0, -1, Number.NaN]) {
      expect(() => new Clock(speed)).to.throw("A rehearsal's speed is a number above 0");
    }
  });
});
