import { expect } from "chai";
import { count, duration, Ticker } from "../../toolchain/progress";
import { until } from "./fakes";

describe("toolchain: progress", () => {
  it("says durations in seconds, and in minutes from one on", () => {
    expect([0, 499, 59_400, 60_000, 80_000, -5].map(duration)).to.deep.equal([
      "0 s",
      "0 s",
      "59 s",
      "1 min 0 s",
      "1 min 20 s",
      "0 s",
    ]);
  });

  it("groups the digits of counts", () => {
    expect(count(1686)).to.equal("1,686");
  });

  it("repeats where a step stands until it is stopped", async () => {
    const told: string[] = [];
    let step = 0;
    const ticker = new Ticker(
      (message) => told.push(message),
      () => `step ${++step}`,
      5,
    );
    await until(() => told.length >= 3);
    ticker.stop();
    const length = told.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(told).to.have.length(length);
    expect(told.slice(0, 2)).to.deep.equal(["step 1 (0 s)", "step 2 (0 s)"]);
  });
});
