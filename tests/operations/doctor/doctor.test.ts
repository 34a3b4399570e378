import { expect } from "chai";
import { judgePool } from "../../../operations/doctor/judge";
import { findingText } from "../../../operations/doctor/report";
import { poolRows } from "../../../operations/workers/listing";
import type { FoundMachine } from "../../../operations/workers/machine";
import type { Pool } from "../../../operations/workers/pool";
import { isOfSlots, slotsInState, targetsOf, type SlotInState } from "../../../operations/workers/slot-state";

const now = new Date("2026-11-21T12:00:00Z");
const steps = ["packages", "service"];
const owner = { project: "groundwork", stack: "dev" };
const component =
  "urn:pulumi:dev::groundwork::groundwork:metal-workers:MetalWorkers$groundwork:metal-workers:MetalWorker";

function machine(id: string, slot: number, more: Partial<FoundMachine> = {}): FoundMachine {
  return {
    source: "equinix",
    id,
    name: `groundwork-dev-docker-worker-${slot}`,
    slot,
    state: "active",
    kind: "c3.small.x86",
    address: "198.51.100.7",
    createdAt: new Date("2026-11-19T12:00:00Z"),
    price: { kind: "known", dollarsPerHour: 0.75, from: "list price" },
    ...more,
  };
}

function known(slot: number, id: string, done: readonly string[] = steps): SlotInState {
  return {
    slot,
    machine: { urn: `${component}$equinix-metal:index/device:Device::docker-worker-${slot}`, id },
    steps: done.map((name) => ({
      urn: `${component}$command:remote:Command::docker-worker-${slot}-${name}`,
      name,
    })),
    connection: undefined,
  };
}

function pool(machines: readonly FoundMachine[], inState: readonly SlotInState[], wanted = [0, 1]): Pool {
  return { wanted, machines, leftovers: [], inState: new Map(inState.map((slot) => [slot.slot, slot])) };
}

function judged(...args: Parameters<typeof pool>): readonly unknown[] {
  return judgePool(pool(...args), steps, now).map(({ kind, slot, machine: found, remedy }) => [
    kind,
    slot,
    found?.id,
    remedy,
  ]);
}

describe("the doctor", () => {
  it("finds nothing where each slot has its machine, whole", () => {
    expect(judged([machine("a", 0), machine("b", 1)], [known(0, "a"), known(1, "b")])).to.deep.equal([]);
    // Slots that nobody has stood up yet are no finding.
    expect(judged([], [])).to.deep.equal([]);
  });

  it("takes over what was made for a slot that the state has nothing of", () => {
    expect(judged([machine("a", 0)], [])).to.deep.equal([["orphaned", 0, "a", "adopt"]]);
    // Replaced, the old one gone, the new one lost.
    expect(judged([machine("new", 0)], [known(0, "old")])).to.deep.equal([["orphaned", 0, "new", "adopt"]]);
  });

  it("keeps what the state knows, and deletes what is there besides", () => {
    expect(judged([machine("x", 0), machine("a", 0)], [known(0, "a")])).to.deep.equal([
      ["duplicate", 0, "x", "remove"],
    ]);
  });

  it("keeps the one that is up, and of several the oldest, where the state knows none", () => {
    const [young, old] = [new Date("2026-11-20T00:00:00Z"), new Date("2026-11-01T00:00:00Z")];
    expect(
      judged(
        [
          machine("young", 0, { createdAt: young }),
          machine("down", 0, { createdAt: old, state: "failed" }),
          machine("old", 0, { createdAt: old }),
        ],
        [],
      ),
    ).to.deep.equal([
      ["orphaned", 0, "old", "adopt"],
      ["duplicate", 0, "young", "remove"],
      ["duplicate", 0, "down", "remove"],
    ]);
  });

  it("deletes what no slot wants and no state knows, unless it is locked; what the state knows it leaves to `up`", () => {
    expect(
      judged(
        [machine("x", 7), machine("y", 8, { locked: "it is locked" }), machine("z", 9)],
        [known(9, "z")],
      ),
    ).to.deep.equal([
      ["orphaned", 7, "x", "remove"],
      ["orphaned", 8, "y", "none"],
    ]);
  });

  it("tells how a machine that is stopped is started, and that its address is then read anew", () => {
    const urn = `${component}$aws:ec2/instance:Instance::docker-worker-0`;
    const refresh = `./groundwork exec -- pulumi refresh --stack dev --target '${urn}'`;
    const inState = { ...known(0, "i-0"), machine: { urn, id: "i-0" } };
    const start = "aws ec2 start-instances --region eu-west-1 --instance-ids i-0";
    const stopped = machine("i-0", 0, { source: "ec2", state: "stopped", address: "10.0.0.4", start });
    const [finding, ...more] = judgePool(pool([stopped], [inState], [0]), steps, now);
    expect(more).to.deep.equal([]);
    expect(finding).to.deep.include({ kind: "stopped", remedy: "calls" });
    expect(finding?.how?.map(([command]) => command)).to.deep.equal([start, refresh]);
    const text = finding === undefined ? "" : findingText(finding, now, () => "");
    expect(text).to.contain(`\`${start}\` starts it, at another address`);
    expect(text).to.contain(
      `\`${refresh}\` reads its address into the state; the next \`up\` reaches it there`,
    );
  });

  it("tells of a machine that has another address than the state says, and how that is read", () => {
    const urn = `${component}$aws:ec2/instance:Instance::docker-worker-0`;
    const connection = { host: "198.51.100.7", port: 22, user: "ubuntu", hostKey: "key" };
    const inState = { ...known(0, "i-0"), machine: { urn, id: "i-0" }, connection };
    const running = (address: string): FoundMachine =>
      machine("i-0", 0, { source: "ec2", state: "running", address });
    const of = (address: string): ReturnType<typeof judgePool> =>
      judgePool(pool([running(address)], [inState], [0]), steps, now);
    expect(of("198.51.100.7")).to.deep.equal([]);
    const [finding] = of("203.0.113.9");
    expect(finding).to.deep.include({
      kind: "moved",
      why: "it is at 203.0.113.9, and the state says 198.51.100.7: it was stopped and started since",
      remedy: "calls",
    });
    expect(finding?.how).to.have.length(1);
  });

  it("names the step at which a slot stopped, a machine that is not up, and one that is gone", () => {
    const found = judgePool(
      pool(
        [machine("a", 0), machine("b", 1, { state: "failed" })],
        [known(0, "a", ["packages"]), known(1, "b"), known(2, "c")],
        [0, 1, 2],
      ),
      steps,
      now,
    );
    expect(found.map(({ kind, why, remedy }) => [kind, why, remedy])).to.deep.equal([
      ["half-built", "docker-worker-0 stopped at step service: 1 of 2 are done", "build"],
      ["half-built", "it is failed, not up", "replace"],
      ["gone", "c is in the state and exists no more", "replace"],
    ]);
  });

  it("lets a machine be made for an hour", () => {
    const made = (createdAt: string): FoundMachine =>
      machine("a", 0, { state: "provisioning", createdAt: new Date(createdAt) });
    expect(judged([made("2026-11-21T11:30:00Z")], [known(0, "a", [])])).to.deep.equal([]);
    expect(judged([made("2026-11-21T10:00:00Z")], [known(0, "a", [])])).to.deep.equal([
      ["half-built", 0, "a", "replace"],
    ]);
  });

  it("does not take for one that is being made what has stopped", () => {
    const young = { createdAt: new Date("2026-11-21T11:59:00Z") };
    for (const state of ["stopping", "stopped"]) {
      const stopped = machine("a", 0, { state, ...young });
      const [finding] = judgePool(pool([stopped], [known(0, "a")], [0]), steps, now);
      expect([finding?.why, finding?.remedy]).to.deep.equal([`it is ${state}, not up`, "replace"]);
    }
    expect(judged([machine("a", 0, { state: "pending", ...young })], [known(0, "a", [])])).to.deep.equal([]);
  });

  it("asks machines that exist whether they answer, and touches none", () => {
    const host = (state: string): FoundMachine => machine("h", 0, { source: "hosts", state });
    expect(judged([host("answers")], [known(0, "")])).to.deep.equal([]);
    expect(judged([host("does not answer")], [known(0, "")])).to.deep.equal([
      ["unreachable", 0, "h", "none"],
    ]);
    expect(judged([host("answers")], [known(0, "", [])])).to.deep.equal([["half-built", 0, "h", "build"]]);
    expect(judged([host("answers")], [])).to.deep.equal([]);
  });

  it("has the state forget what is gone and still marked for deletion, and nothing that lives", () => {
    const left = {
      ...pool([machine("a", 0)], [known(0, "a")]),
      leftovers: [{ slot: 0, urn: "urn", id: "old" }],
    };
    expect(judgePool(left, steps, now).map(({ kind, remedy }) => [kind, remedy])).to.deep.equal([
      ["leftover", "forget"],
    ]);
    const lives = {
      ...pool([machine("a", 0), machine("old", 0)], [known(0, "a")]),
      leftovers: left.leftovers,
    };
    expect(judgePool(lives, steps, now).map(({ kind, remedy }) => [kind, remedy])).to.deep.equal([
      ["duplicate", "remove"],
    ]);
  });

  it("tells age and cost, and says when it does not know", () => {
    const [finding] = judgePool(pool([machine("a", 0)], []), steps, now);
    const [other] = judgePool(
      pool([machine("a", 0, { createdAt: undefined, price: { kind: "unknown", why: "nobody says" } })], []),
      steps,
      now,
    );
    const call = (action: string, slot: number): string => `./groundwork workers dev ${action} ${slot}`;
    expect(finding && findingText(finding, now, call))
      .to.match(/age +2 days/)
      .and.to.match(/cost +\$548 a month \(\$0\.75 an hour; list price\)/);
    expect(other && findingText(other, now, call))
      .to.match(/age +unknown/)
      .and.to.contain("cost unknown: nobody says");
  });
});

describe("the slots of a state", () => {
  const resource = (urn: string, parent: string, more: object = {}) => ({
    urn,
    type: urn.split("::")[2]?.split("$").at(-1) ?? "",
    custom: true,
    parent,
    ...more,
  });
  const worker = `${component}::docker-worker-1`;
  const device = `${component}$equinix-metal:index/device:Device::docker-worker-1`;
  const step = `${component}$command:remote:Command::docker-worker-1-packages`;

  it("are read with machine, steps and the way to the machine", () => {
    const connection = { host: "198.51.100.7", port: 22, user: "root", hostKey: "ssh-ed25519 AAAA" };
    const slots = slotsInState({
      resources: [
        resource(worker, "", { custom: false }),
        resource(device, worker, { id: "new" }),
        resource(device, worker, { id: "old", delete: true }),
        resource(step, worker, {
          id: "s",
          inputs: { connection: { ...connection, privateKey: { plaintext: '"k"' } } },
        }),
        resource("urn:pulumi:dev::groundwork::aws:ec2/instance:Instance::other", "", { id: "i" }),
      ],
    });
    expect([...slots.keys()]).to.deep.equal([1]);
    expect(slots.get(1)).to.deep.equal({
      slot: 1,
      machine: { urn: device, id: "new" },
      steps: [{ urn: step, name: "packages" }],
      connection,
    });
    expect(
      slotsInState({
        resources: [resource(worker, ""), resource(device, worker, { id: "x", pendingReplacement: true })],
      }).get(1)?.machine,
    ).to.equal(undefined);
  });

  it("are aimed at without their neighbours: slot 1 is not slot 10", () => {
    // As the engine reads a pattern: ** for anything, * for anything without a colon.
    const patterns = targetsOf(owner, 1).map(
      (pattern) =>
        new RegExp(
          `^${pattern
            .split("**")
            .map((part) =>
              part
                .split("*")
                .map((text) => text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"))
                .join("[^:]*"),
            )
            .join(".*")}$`,
        ),
    );
    const urns = [
      worker,
      device,
      step,
      `${component}$aws:ec2/instance:Instance$command:local:Command::docker-worker-1-host-key`,
    ];
    const others = [
      `${component}::docker-worker-10`,
      step.replace("worker-1-", "worker-10-"),
      step.replace("worker-1-", "worker-11-"),
      "urn:pulumi:dev::groundwork::groundwork:metal-workers:MetalWorkers::metal-workers",
      "urn:pulumi:dev::groundwork::aws:ec2/instance:Instance::docker-worker-1",
      step.replace("urn:pulumi:dev", "urn:pulumi:prod"),
    ];
    for (const urn of urns) {
      expect(
        patterns.some((pattern) => pattern.test(urn)),
        urn,
      ).to.equal(true);
      expect(isOfSlots(urn, owner, [1]), urn).to.equal(true);
    }
    for (const urn of others) {
      expect(
        patterns.some((pattern) => pattern.test(urn)),
        urn,
      ).to.equal(false);
      expect(isOfSlots(urn, owner, [1]), urn).to.equal(false);
    }
  });

  it("are listed with what is wrong with them", () => {
    const rows = poolRows(
      pool([machine("a", 0), machine("x", 7)], [known(0, "a", ["packages"])]),
      steps,
      now,
    );
    expect(rows.slice(1)).to.deep.equal([
      ["0", "a", "active", "c3.small.x86", "198.51.100.7", "2 days", "1 of 2 steps", ""],
      ["1", "-", "-", "-", "-", "-", "0 of 2 steps", "not made yet"],
      [
        "7",
        "x",
        "active",
        "c3.small.x86",
        "198.51.100.7",
        "2 days",
        "0 of 2 steps",
        "not in the settings, see `./groundwork doctor STACK`",
      ],
    ]);
  });
});
