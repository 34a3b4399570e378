import { expect } from "chai";
import { noncurrentDays, shortenedLifecycle, soonestExpiry } from "../../../guard/life/lifecycle";
import { UNKNOWN_NUMBER, UNKNOWN_TEXT } from "../steps";

type Rule = Readonly<Record<string, unknown>>;

const expiring = (days: number, more: Rule = {}): Rule => ({
  id: "x",
  status: "Enabled",
  expiration: { days },
  ...more,
});
const forgetting = (noncurrentDays: number): Rule => ({
  status: "Enabled",
  noncurrentVersionExpiration: { noncurrentDays },
});

describe("the soonest expiry of lifecycle rules", () => {
  it("is that of the rule that comes first", () => {
    expect(soonestExpiry([expiring(30), forgetting(7)])).to.equal(7);
    expect(soonestExpiry([expiring(30), { ...forgetting(7), status: "Disabled" }])).to.equal(30);
    expect(soonestExpiry([])).to.equal(Infinity);
    expect(soonestExpiry(undefined)).to.equal(Infinity);
  });

  it("is at once where it is a date, or not known", () => {
    expect(soonestExpiry([{ status: "Enabled", expiration: { date: "2031-01-01" } }])).to.equal(0);
    expect(soonestExpiry(UNKNOWN_TEXT)).to.equal(0);
    expect(
      soonestExpiry([expiring(30), { status: "Enabled", expiration: { days: UNKNOWN_NUMBER } }]),
    ).to.equal(0);
  });
});

describe("lifecycle rules of a bucket", () => {
  it("shorten lives when a rule comes", () => {
    expect(shortenedLifecycle([], [expiring(30)])).to.equal("A new rule deletes objects after 30 days.");
    expect(shortenedLifecycle(undefined, [forgetting(1)])).to.equal(
      "A new rule deletes overwritten and deleted versions after 1 day.",
    );
    expect(shortenedLifecycle([], [{ status: "Enabled", expiration: { date: "2031-01-01" } }])).to.equal(
      "A new rule deletes objects on 2031-01-01 at once.",
    );
  });

  it("shorten lives when a rule comes sooner", () => {
    expect(shortenedLifecycle([expiring(30)], [expiring(7)])).to.equal(
      "Objects are deleted after 7 days instead of after 30 days.",
    );
    expect(shortenedLifecycle([forgetting(90)], [forgetting(30)])).to.equal(
      "Overwritten and deleted versions are deleted after 30 days instead of after 90 days.",
    );
  });

  it("shorten lives when a rule is switched on or selects something else", () => {
    const off = { ...expiring(30), status: "Disabled" };
    expect(shortenedLifecycle([off], [expiring(30)])).to.equal("A new rule deletes objects after 30 days.");
    expect(shortenedLifecycle([expiring(30, { filter: { prefix: "a/" } })], [expiring(30)])).to.not.equal(
      undefined,
    );
  });

  it("shorten nothing when rules go, come later, are renamed or only written otherwise", () => {
    for (const [before, after] of [
      [[expiring(30)], []],
      [[expiring(30)], undefined],
      [[expiring(30)], [expiring(31)]],
      [[expiring(30)], [expiring(30, { id: "renamed" })]],
      [[expiring(30)], [expiring(30, { filter: { prefix: "" } })]],
      [[expiring(30, { prefix: "a/" })], [expiring(30, { filter: { prefix: "a/" } })]],
      [
        [expiring(30, { filter: { and: { prefix: "a/", tags: { a: "1", b: "2" } } } })],
        [expiring(30, { filter: { and: { tags: { b: "2", a: "1" }, prefix: "a/" } } })],
      ],
      [
        [expiring(30), forgetting(9)],
        [forgetting(9), expiring(30)],
      ],
      [[], [{ status: "Enabled", transitions: [{ days: 30, storageClass: "GLACIER" }] }]],
      [[], [{ status: "Enabled", expiration: { expiredObjectDeleteMarker: true } }]],
    ]) {
      expect(shortenedLifecycle(before, after), JSON.stringify(after)).to.equal(undefined);
    }
  });

  it("are refused where they are not known", () => {
    expect(
      shortenedLifecycle([expiring(30)], [{ status: "Enabled", expiration: { days: UNKNOWN_NUMBER } }]),
    ).to.equal("Its rules are not known yet, so neither is what they would delete.");
  });

  it("say for how long each of them keeps old versions", () => {
    expect(
      noncurrentDays(
        [expiring(30), forgetting(90), { ...forgetting(1), status: "Disabled" }, UNKNOWN_TEXT],
        "rules",
      ),
    ).to.deep.equal([
      { property: "rules[1].noncurrentVersionExpiration.noncurrentDays", days: 90 },
      { property: "rules[3]", days: UNKNOWN_TEXT },
    ]);
    expect(
      noncurrentDays([{ enabled: true, noncurrentVersionExpiration: { days: 3 } }], "lifecycleRules"),
    ).to.deep.equal([{ property: "lifecycleRules[0].noncurrentVersionExpiration.days", days: 3 }]);
  });
});
