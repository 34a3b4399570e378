import { expect } from "chai";
import { NO_REPORT, waitUntilHealthy } from "../../components/static-services/health-gate";

const awaited = {
  what: "dns in eu-west-1, machine 1 of 2",
  region: "eu-west-1",
  report: "/x/report",
  seconds: 60,
};

/** Waits with reports that come one after the other, the last one for ever; returns how often it slept. */
async function wait(...reports: readonly object[]): Promise<number> {
  const texts = reports.map((report) => JSON.stringify(report));
  let slept = 0;
  await waitUntilHealthy("new-group", awaited, {
    read: () => Promise.resolve((texts.length > 1 ? texts.shift() : texts[0]) ?? ""),
    sleep: () => {
      slept++;
      return Promise.resolve();
    },
  });
  return slept;
}

async function refusal(...reports: readonly object[]): Promise<string> {
  try {
    await wait(...reports);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the gate before what serves", () => {
  const none = JSON.parse(NO_REPORT) as object;
  const old = { group: "old-group", status: "healthy", instance: "i-old" };

  it("opens when the machine of the new group says that it is healthy, and not for the old one", async () => {
    const starting = { group: "new-group", status: "starting", instance: "i-new" };
    expect(await wait(none, old, starting, { ...starting, status: "healthy" })).to.equal(3);
  });

  it("says why a machine failed, what serves, and how to go on", async () => {
    const failed = {
      group: "new-group",
      status: "failed",
      instance: "i-new",
      reason: "fetch the image: no such digest",
    };
    expect(await refusal(old, failed)).to.equal(
      "dns in eu-west-1, machine 1 of 2: the new machine i-new did not become healthy: fetch the image: no such digest. " +
        "What served before, if anything did, still serves and has the address. Correct the settings and run again. To try the same once " +
        "more: `aws autoscaling resume-processes --auto-scaling-group-name new-group --region eu-west-1`, and run again " +
        "when /x/report says starting.",
    );
  });

  it("does not mind that an older machine failed", async () => {
    expect(await wait({ ...old, status: "failed" }, { ...old, group: "new-group" })).to.equal(1);
  });

  it("gives up in time when nobody says anything, and says where to look", async () => {
    expect(await refusal(old)).to.match(
      /^dns in eu-west-1, machine 1 of 2: no new machine has become healthy within 60 seconds, and none has said why\..*describe-scaling-activities --auto-scaling-group-name new-group --region eu-west-1`\.$/,
    );
  });
});
