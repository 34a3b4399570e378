import { expect } from "chai";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { fourRoles } from "../support/fleet-settings";
import { documentOf, Walk, type CloudResource, type LoggedCall, type Result } from "./support/walk";

const MACHINE = "aws:ec2/instance:Instance";
const VOLUME = "aws:ebs/volume:Volume";
const ADDRESS = "aws:ec2/eip:Eip";
const release = "2023.9.20251208.0";
const account = "482913067251";

/** A day of the week on which no window of two hours at noon is open now, wherever the clocks are. */
function anotherDay(): string {
  const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  return days[(new Date().getUTCDay() + 3) % 7] ?? "";
}

function walkWithFleets(): Walk {
  const walk = Walk.create();
  const { api, git, vpn } = fourRoles();
  walk.edit("dev", (settings) => {
    settings.keepOnly("network", "state");
    settings.set("fleets", [], {
      api,
      git: { ...git, ingress: [] },
      vpn: { ...vpn, maintenanceWindow: { days: [anotherDay()], start: "12:00", durationMinutes: 120 } },
    });
  });
  return walk;
}

function write(walk: Walk, name: string, resource: Partial<CloudResource>): void {
  writeFileSync(path.join(walk.rehearsal, "cloud", `${name}.json`), JSON.stringify(resource));
}

function machinesOf(walk: Walk, role: string): readonly CloudResource[] {
  return walk.cloud().filter(({ type, name }) => type === MACHINE && name === `fleets-${role}`);
}

/** `create` and `delete` of machines, in their order. */
function machineCalls(calls: readonly LoggedCall[]): readonly string[] {
  return calls.filter(({ type }) => type === MACHINE).map(({ method }) => method);
}

async function since(
  walk: Walk,
  action: () => Promise<Result>,
): Promise<{ readonly calls: readonly LoggedCall[]; readonly result: Result }> {
  const before = walk.changes().length;
  const result = await action();
  return { calls: walk.changes().slice(before), result };
}

const stackFile = (walk: Walk): string => readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8");

const roll = (walk: Walk, ...args: string[]): Promise<Result> =>
  walk.groundwork("fleet", "dev", "roll", ...args, "--rehearse", "--yes", "--json");

const errorOf = (result: Result): string =>
  (documentOf(result).error as { readonly message: string }).message;

describe("groundwork fleet, with everything rehearsed", () => {
  const walk = walkWithFleets();
  const device = (value: number): void =>
    write(walk, "devices", {
      type: "aws:cloudwatch/metric:Metric",
      id: "Devices/Online",
      inputs: {
        namespace: "Devices",
        metricName: "Online",
        dimensions: {},
        sums: { [new Date(Date.now() - 120_000).toISOString()]: value },
      },
    });

  before(async () => {
    await walk.done("rehearse", "dev");
  });

  it("lists roles and machines, and has nothing to roll", async () => {
    const { roles } = documentOf(await walk.done("fleet", "dev", "status", "--rehearse", "--json"));
    expect(
      (roles as { role: string; single: boolean; machines: { current: boolean; serving: boolean }[] }[]).map(
        ({ role, single, machines }) => [
          role,
          single,
          machines.map(({ current, serving }) => [current, serving]),
        ],
      ),
    ).to.deep.equal([
      ["api", false, Array(3).fill([true, true])],
      ["git", true, [[true, true]]],
      ["vpn", true, [[true, true]]],
    ]);
    const { calls, result } = await since(walk, () => roll(walk, "git"));
    expect([result.exitCode, documentOf(result).result, calls]).to.deep.equal([0, "nothing to roll", []]);
  });

  it("touches nothing when the number that matters cannot be read", async () => {
    const text = stackFile(walk);
    const { calls, result } = await since(walk, () => roll(walk, "api", "--image", release));
    expect(result.exitCode).to.equal(1);
    expect(errorOf(result)).to.match(
      /devices online could not be read before the roll: .*--skip-check. Nothing was touched\.$/s,
    );
    expect(calls).to.deep.equal([]);
    expect(stackFile(walk)).to.equal(text);
  });

  it("brings an image to a role: the setting, the template, and machine after machine, new ones first", async () => {
    device(1000);
    const old = machinesOf(walk, "api").map(({ id }) => id);
    walk.reads = true;
    const before = walk.log().length;
    const { calls, result } = await since(walk, () => roll(walk, "api", "--image", release));
    walk.reads = false;
    const read = walk
      .log()
      .slice(before)
      .filter(({ method }) => method === "read");
    expect(read.some(({ type }) => type === "aws:autoscaling/group:Group")).to.equal(true);
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    const { ended, started } = documentOf(result) as { ended: string[]; started: string[] };
    expect([...ended].sort()).to.deep.equal([...old].sort());
    expect(
      machinesOf(walk, "api")
        .map(({ id }) => id)
        .sort(),
    ).to.deep.equal([...started].sort());
    expect(machineCalls(calls)).to.deep.equal(["create", "delete", "create", "delete", "create", "delete"]);
    expect(stackFile(walk)).to.contain(`amazonLinuxRelease: ${release}`);
    expect(result.stderr).to.contain("devices online: 1000 (before: 1000)");
    expect((await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes")).exitCode).to.equal(
      0,
    );
    expect(walk.cloud().some(({ id }) => id.endsWith("/fleets/api/roll"))).to.equal(false);
  });

  it("takes back what does not become healthy: file, stack, and machines that nobody has touched", async () => {
    const text = stackFile(walk);
    const old = machinesOf(walk, "api").map(({ id }) => id);
    const faults = path.join(walk.project, "faults.yaml");
    writeFileSync(
      faults,
      JSON.stringify([
        {
          match: { type: MACHINE, name: "fleets-api", method: "create" },
          fault: "unhealthy",
          message: "the service has ended 5 times",
        },
      ]),
    );
    const result = await roll(walk, "api", "--image", "2023.9.20251215.0", "--faults", faults);
    expect(result.exitCode).to.equal(1);
    expect(errorOf(result)).to.match(
      /was taken back: a new machine did not come into service: .*the service has ended 5 times/s,
    );
    expect(stackFile(walk)).to.equal(text);
    expect(machinesOf(walk, "api").map(({ id }) => id)).to.deep.equal(old);
    expect((await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes")).exitCode).to.equal(
      0,
    );
    const after = await roll(walk, "api");
    expect([after.exitCode, documentOf(after).result]).to.deep.equal([0, "nothing to roll"]);
  });

  it("takes back what makes the number fall after half of the machines", async () => {
    const text = stackFile(walk);
    const counter = path.join(walk.project, "counter");
    // 100 before, then once more, and 80 from then on.
    const script = `const fs = require("fs"); const n = fs.existsSync(${JSON.stringify(counter)}) ? fs.readFileSync(${JSON.stringify(counter)}, "utf8").length : 0; fs.appendFileSync(${JSON.stringify(counter)}, "."); console.log(n < 3 ? 100 : 80);`;
    const other = walk.copy();
    other.edit("dev", (settings) => {
      settings.set("fleets", ["api", "roll", "check"], {
        name: "devices online",
        command: [process.execPath, "-e", script],
      });
    });
    const before = stackFile(other);
    const { calls, result } = await since(other, () => roll(other, "api", "--image", "2023.9.20251215.0"));
    expect(result.exitCode, result.stdout).to.equal(1);
    expect(errorOf(result)).to.contain("devices online is 80, was 100 before");
    expect(machineCalls(calls)).to.deep.equal(["create", "delete", "create", "delete", "create", "delete"]);
    expect(stackFile(other)).to.equal(before);
    expect(text).to.equal(stackFile(walk));
    expect(new Set(machinesOf(other, "api").map(({ outputs }) => outputs["ami"]))).to.have.property(
      "size",
      1,
    );
    expect((await other.groundwork("preview", "dev", "--rehearse", "--expect-no-changes")).exitCode).to.equal(
      0,
    );
  });

  it("moves volumes in order: the old machine ends before the new one comes", async () => {
    const [old] = machinesOf(walk, "git");
    const { calls, result } = await since(walk, () => roll(walk, "git", "--image", release));
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(machineCalls(calls)).to.deep.equal(["delete", "create"]);
    const [now] = machinesOf(walk, "git");
    expect(now?.id).not.to.equal(old?.id);
    const [volume] = walk.cloud().filter(({ type }) => type === VOLUME);
    expect(volume?.outputs["attachedTo"]).to.equal(now?.id);
    const said = [
      "draining",
      "has ended",
      ": free",
      "starting the new machine",
      "serves",
      `${now?.id ?? ""} has volume`,
    ];
    const at = said.map((words) => result.stderr.indexOf(words));
    expect(at, result.stderr).to.deep.equal([...at].sort((a, b) => a - b));
    expect(at[0]).to.be.greaterThan(-1);
  });

  it("is refused outside the maintenance window, with the next one, and goes on when told to", async () => {
    const text = stackFile(walk);
    const refused = await roll(walk, "vpn", "--image", release);
    expect(refused.exitCode).to.equal(3);
    expect(errorOf(refused)).to.match(
      /It opens next: \w{3} \d+ \w{3} \d{4} 12:00 to 14:00 UTC\. .*--outside-window/,
    );
    expect(stackFile(walk)).to.equal(text);
    const { calls, result } = await since(walk, () =>
      roll(walk, "vpn", "--image", release, "--outside-window"),
    );
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    expect(machineCalls(calls)).to.deep.equal(["delete", "create"]);
    const [address] = walk
      .cloud()
      .filter(({ type, name }) => type === ADDRESS && name.startsWith("fleets-vpn"));
    expect(address?.outputs["instance"]).to.equal(machinesOf(walk, "vpn")[0]?.id);
  });

  it("refuses what makes no sense before anything is started", async () => {
    const wrong: readonly (readonly [readonly string[], string])[] = [
      [["roll", "apo"], "Did you mean api?"],
      [["roll"], "which role?"],
      [["roll", "api", "--image", "latest"], "is no image"],
      [["shake", "api"], "does not say what to do"],
    ];
    for (const [args, says] of wrong) {
      const result = await walk.groundwork("fleet", "dev", ...args, "--rehearse", "--json");
      expect([result.exitCode, errorOf(result).includes(says)], errorOf(result)).to.deep.equal([2, true]);
    }
  });

  it("grants sessions that end by themselves, lists them, and takes them and running sessions back", async () => {
    write(walk, "ann", { type: "aws:iam/user:User", id: "ann", inputs: { name: "ann" } });
    const [machine] = machinesOf(walk, "vpn");
    write(walk, "session", {
      type: "aws:ssm/session:Session",
      id: "ann-0a1b",
      inputs: { owner: `arn:aws:iam::${account}:user/ann`, target: machine?.id },
    });
    const access = (...args: string[]): Promise<Result> =>
      walk.groundwork("access", "dev", ...args, "--rehearse", "--yes", "--json");
    const granted = await access("vpn", "grant", "ann", "--for", "2h");
    expect(granted.exitCode, granted.stdout).to.equal(0);
    const until = String(documentOf(granted).until);
    expect(Date.parse(until) - Date.now())
      .to.be.greaterThan(6_900_000)
      .and.at.most(7_200_000);
    expect(documentOf(await access("list")).grants).to.deep.equal([
      { person: "ann", role: "vpn", until, over: false },
    ]);
    expect((await access("vpn", "grant", "ann", "--for", "3d")).exitCode).to.equal(2);
    expect((await access("vpn", "grant", "bob", "--for", "2h")).exitCode).to.equal(2);
    const revoked = documentOf(await access("vpn", "revoke", "ann"));
    expect([revoked.result, revoked.endedSessions]).to.deep.equal(["revoked", ["ann-0a1b"]]);
    expect(walk.cloud().filter(({ type }) => type === "aws:iam/userPolicy:UserPolicy")).to.deep.equal([]);
    // One whose time is over.
    await access("vpn", "grant", "ann", "--for", "1h");
    const folder = path.join(walk.rehearsal, "cloud");
    const [file = ""] = readdirSync(folder).filter((name) => name.startsWith("aws.iam.UserPolicy"));
    const old = readFileSync(path.join(folder, file), "utf8").replaceAll(/20\d\d(-\d\d-\d\dT)/g, "2025$1");
    writeFileSync(path.join(folder, file), old);
    expect((documentOf(await access("list")).grants as { over: boolean }[])[0]?.over).to.equal(true);
    expect(documentOf(await access("clean")).removed).to.deep.equal([{ person: "ann", role: "vpn" }]);
    expect(documentOf(await access("list")).grants).to.deep.equal([]);
  });
});
