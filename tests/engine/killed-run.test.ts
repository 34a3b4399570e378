import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { wordsOf } from "../support/printed-commands";
import { documentOf, Walk, type Result } from "./support/walk";

/** Type and name in the program. */
type Wanted = readonly [type: string, name: string];

const first: readonly Wanted[] = [
  ["aws:sqs/queue:Queue", "messaging-mail"],
  ["aws:iam/role:Role", "network-flow-log"],
  // Its name is drawn, its id the cloud's.
  ["aws:ec2/securityGroup:SecurityGroup", "database"],
];
const second: readonly Wanted[] = [
  ["aws:rds/instance:Instance", "database"],
  ["kubernetes:core/v1:Namespace", "workloads"],
];

interface Deployment {
  readonly resources: readonly {
    readonly urn: string;
    readonly parent?: string;
    readonly protect?: boolean;
  }[];
  readonly pending_operations?: readonly { readonly resource: { readonly urn: string } }[];
}

function deploymentOf(walk: Walk): Deployment | undefined {
  const file = path.join(walk.rehearsal, "state/.pulumi/stacks/groundwork/dev.json");
  // The engine writes it beside, and puts it in place when it is whole.
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { checkpoint: { latest: Deployment } }).checkpoint.latest
    : undefined;
}

const endOf = (urn: string): string => urn.split("::").slice(2).join(" ").split("$").at(-1) ?? "";

/** Milliseconds after which a run that has not come so far never will. */
const longest = 180_000;

/** Milliseconds after which it is killed while something else is under way too: that is looked for as well. */
const longEnough = 60_000;

/** Kills the engine when the cloud has made these, and it has not heard of any. */
async function killedWhileItMade(walk: Walk, wanted: readonly Wanted[]): Promise<Result> {
  const faults = walk.faults(
    ...wanted.map(([type, name]) => ({ match: { type, name, method: "create" }, fault: "unanswered" })),
  );
  const { result } = walk.begin("up", "dev", "--rehearse", "--yes", "--faults", faults);
  const awaited = wanted.map((one) => one.join(" ")).sort();
  let since = Infinity;
  const isUnderWay = (): boolean => {
    const pending = (deploymentOf(walk)?.pending_operations ?? []).map(({ resource }) => endOf(resource.urn));
    const made = new Set(walk.cloud().map(({ type, name }) => `${type} ${name}`));
    if (!awaited.every((one) => pending.includes(one) && made.has(one))) return false;
    since = Math.min(since, Date.now());
    return pending.length === awaited.length || Date.now() > since + longEnough;
  };
  const end = Date.now() + longest;
  while (!isUnderWay() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const wasUnderWay = isUnderWay();
  const locks = path.join(walk.rehearsal, "state/.pulumi/locks/organization/groundwork/dev");
  const [lock = ""] = readdirSync(locks);
  const { pid } = JSON.parse(readFileSync(path.join(locks, lock), "utf8")) as { pid: number };
  process.kill(pid, "SIGKILL");
  const ended = await result;
  expect(wasUnderWay, JSON.stringify(deploymentOf(walk)?.pending_operations)).to.equal(true);
  return ended;
}

describe("a run that is killed while it makes something", function () {
  this.timeout(600_000);

  it("has the next one take over what was made, of whatever type, and nothing is made twice", async () => {
    const walk = Walk.create();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "cluster", "database", "messaging", "workloads");
      settings.remove("database", ["bootstrap"]);
      settings.set("workloads", ["frontend", "mail"], false);
    });
    const killed = await killedWhileItMade(walk, first);
    expect(killed.exitCode).to.equal(1);
    expect(killed.stderr)
      .to.contain(
        "`./groundwork state unlock dev --rehearse` breaks it, then `./groundwork up dev --rehearse` looks first",
      )
      .and.to.not.contain("again continues from here");
    await walk.done("state", "unlock", "dev", "--rehearse", "--yes", "--force");

    const again = await killedWhileItMade(walk, second);
    for (const [type, name] of first) {
      expect(again.stderr).to.match(
        new RegExp(`made +${type.replace(/\/[^:]+:/, ":").replace("core/v1", "core")}.* ${name} \\(`),
        type,
      );
    }
    await walk.done("state", "unlock", "dev", "--rehearse", "--yes", "--force");

    const looked = await walk.done("preview", "dev", "--rehearse", "--json");
    expect(looked.stderr).to.contain("`./groundwork up dev --rehearse` takes over what was made");
    expect(deploymentOf(walk)?.pending_operations, "a preview changes nothing").to.have.length.of.at.least(
      second.length,
    );

    await walk.done("up", "dev", "--rehearse", "--yes");
    const { summary } = documentOf(
      await walk.done("preview", "dev", "--rehearse", "--expect-no-changes", "--json"),
    ) as { summary: Record<string, number> };
    expect({ ...summary, same: 0 }).to.deep.equal({
      ...{ create: 0, update: 0, replace: 0, delete: 0, same: 0, import: 0, read: 0, refresh: 0 },
    });
    const { resources = [] } = deploymentOf(walk) ?? {};
    for (const [type, name] of [...first, ...second]) {
      const creations = walk
        .changes()
        .filter(({ method, ok, urn }) => method === "create" && ok && endOf(urn ?? "") === `${type} ${name}`);
      expect(creations.length, `${type} ${name}`).to.be.at.most(1);
      expect(
        walk.cloud().filter((one) => one.type === type && one.name === name),
        name,
      ).to.have.length(1);
      const [known] = resources.filter(({ urn }) => endOf(urn) === `${type} ${name}`);
      expect(known?.parent, name).to.match(/::groundwork:/);
    }
    const database = resources.find(({ urn }) => endOf(urn) === "aws:rds/instance:Instance database");
    expect(database?.protect).to.equal(true);
    expect(walk.notes().find(({ file }) => file.endsWith("dev.jsonl"))?.text).to.contain(
      "aws:rds/instance:Instance",
    );
  });
});

describe("what is in the cloud, and the state does not know", () => {
  it("is taken over by the line that the failed run prints, and the next run has nothing to change", async () => {
    const walk = Walk.create();
    walk.edit("dev", (settings) => {
      settings.keepOnly("messaging");
    });
    const id = "https://sqs.eu-west-1.amazonaws.com/482913067251/dev_mail_dead";
    const cloud = path.join(walk.rehearsal, "cloud");
    mkdirSync(cloud, { recursive: true });
    writeFileSync(
      path.join(cloud, "theirs.json"),
      JSON.stringify({ type: "aws:sqs/queue:Queue", id, inputs: { name: "dev_mail_dead" } }),
    );
    const broken = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    expect(broken.exitCode, broken.stdout + broken.stderr).to.equal(1);
    expect(broken.stderr).to.not.contain("again continues from here").and.not.contain("context canceled");
    const [, line = ""] =
      /`(\.\/groundwork exec --rehearse -- pulumi import [^`]+)` takes it over/.exec(broken.stderr) ?? [];
    expect(line).to.contain(` ${id} `);
    await walk.done(...wordsOf(line).slice(1), "--yes");
    await walk.done("up", "dev", "--rehearse", "--yes");
    await walk.done("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(walk.cloud().filter((one) => one.id === id)).to.have.length(1);
  });
});
