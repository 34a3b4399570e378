import { expect } from "chai";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { type CloudResource, documentOf, type LoggedCall, Walk } from "./support/walk";

const GROUP = "aws:autoscaling/group:Group";
const INSTANCE = "aws:ec2/instance:Instance";
const PARAMETER = "aws:ssm/parameter:Parameter";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** Of a whole stack only the network, and a name service on two machines in two regions. */
function onlyStaticServices(walk: Walk, service: Record<string, unknown> = {}): void {
  walk.edit("dev", (settings) => {
    settings.keepOnly("network", "state");
    settings.set("staticServices", ["dns"], {
      imageTag: "example/dns:1",
      imageHash: digest("a"),
      instanceType: "t4g.small",
      amazonLinuxRelease: "2023.9.20251117.1",
      regions: { "eu-west-1": {}, "us-west-2": {} },
      runtimePortMap: { udp: { "53": 53 } },
      ...service,
    });
  });
}

function setDigest(walk: Walk, letter: string): void {
  walk.edit("dev", (settings) => {
    settings.set("staticServices", ["dns", "imageHash"], digest(letter));
  });
}

/** `create Group`, in the order in which it happened; `dns-eu-west-1-0` and so on left as `eu-west-1`. */
const told = (calls: readonly LoggedCall[]): readonly string[] =>
  calls.map(({ method, type, urn, ok }) => {
    const region = /static-services-dns-([a-z0-9-]+?)-0/.exec(urn)?.[1] ?? "";
    return `${ok ? "" : "failed to "}${method} ${type.split(":")[2] ?? ""} ${region}`;
  });

const of = (walk: Walk, type: string): readonly CloudResource[] =>
  walk.cloud().filter((resource) => resource.type === type && resource.name.startsWith("static-services-"));

/** Region to the machine that has the region's address, and to the group that the machine is of. */
function serving(walk: Walk): Record<string, { readonly address: string; readonly group: string }> {
  const machines = new Map(of(walk, INSTANCE).map(({ id, inputs }) => [id, inputs["tags"]]));
  return Object.fromEntries(
    of(walk, "aws:ec2/eip:Eip").map(({ outputs }) => {
      const tags = machines.get(String(outputs["instance"])) as Record<string, string> | undefined;
      return [
        String(outputs["region"]),
        { address: String(outputs["publicIp"]), group: tags?.["aws:autoscaling:groupName"] ?? "nobody" },
      ];
    }),
  );
}

/** Runs with every new machine of the type failing. */
function withFailingMachines(walk: Walk): string {
  const file = path.join(walk.rehearsal, "faults.yaml");
  writeFileSync(
    file,
    JSON.stringify([
      {
        match: { type: GROUP, method: "create" },
        fault: "unhealthy",
        message: "copy 1 of 1 has ended 5 times",
        times: 9,
      },
    ]),
  );
  return file;
}

describe("static services through the engine", () => {
  const walk = Walk.create();

  it("come up with their addresses, and stay as they are", async () => {
    onlyStaticServices(walk);
    const { staticAddresses } = documentOf(await walk.done("rehearse", "dev", "--json")).outputs as {
      staticAddresses: { dns: Record<string, string[]> };
    };
    const now = serving(walk);
    expect(staticAddresses.dns).to.deep.equal({
      "eu-west-1": [now["eu-west-1"]?.address],
      "us-west-2": [now["us-west-2"]?.address],
    });
    expect(of(walk, INSTANCE)).to.have.length(2);
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("bring a new digest up before the old one goes, one region after the other, the address with it", async () => {
    const before = serving(walk);
    setDigest(walk, "b");
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    const deletes = calls.findIndex(({ method }) => method === "delete");
    const [first, ...rest] = told(calls.filter(({ type }) => type !== TEMPLATE)).slice(0, 4);
    expect([first, ...rest]).to.deep.equal([
      "create Group eu-west-1",
      "update Parameter eu-west-1",
      "create Group us-west-2",
      "update Parameter us-west-2",
    ]);
    expect(told(calls.slice(deletes)).slice().sort()).to.deep.equal([
      "delete Group eu-west-1",
      "delete Group us-west-2",
    ]);
    const now = serving(walk);
    for (const region of ["eu-west-1", "us-west-2"]) {
      expect(now[region]?.address).to.equal(before[region]?.address);
      expect(now[region]?.group).not.to.be.oneOf([before[region]?.group, "nobody"]);
    }
    expect(of(walk, GROUP)).to.have.length(2);
    expect(of(walk, INSTANCE)).to.have.length(2);
  });

  let good: ReturnType<typeof serving>;

  it("leave the old machine serving when the new one fails, say why, and go no further", async () => {
    good = serving(walk);
    setDigest(walk, "c");
    const faults = withFailingMachines(walk);
    let said = "";
    const { calls } = await walk.watch(async () => {
      const result = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--faults", faults);
      expect(result.exitCode).to.equal(1);
      said = result.stderr;
    });
    expect(said).to.match(
      /dns in eu-west-1, machine 1 of 1: the new machine i-[0-9a-f]{17} did not become healthy: wait until healthy: copy 1 of 1 has ended 5 times\. What served before, if anything did, still serves and has the address\./,
    );
    expect(told(calls.filter(({ type }) => type !== TEMPLATE))).to.deep.equal(["create Group eu-west-1"]);
    expect(serving(walk)).to.deep.equal(good);
  });

  it("fail the same way when the same is tried again, and never take the failed one for good", async () => {
    let said = "";
    const { calls } = await walk.watch(async () => {
      const result = await walk.groundwork("up", "dev", "--rehearse", "--yes");
      expect(result.exitCode).to.equal(1);
      said = result.stderr;
    });
    expect(said).to.contain("What served before, if anything did, still serves");
    expect(calls.filter(({ method }) => method === "delete")).to.deep.equal([]);
    expect(serving(walk)).to.deep.equal(good);
  });

  it("recover with the next digest: everything of before goes when that is healthy", async () => {
    setDigest(walk, "d");
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    const lastUpdate = calls
      .map(({ type, method }) => `${method} ${type}`)
      .lastIndexOf(`update ${PARAMETER}`);
    const firstDelete = calls.findIndex(({ method }) => method === "delete");
    expect(firstDelete).to.be.greaterThan(lastUpdate);
    expect(told(calls.slice(firstDelete)).slice().sort()).to.deep.equal([
      "delete Group eu-west-1",
      "delete Group eu-west-1",
      "delete Group us-west-2",
    ]);
    const now = serving(walk);
    expect(Object.values(now).map(({ address }) => address)).to.deep.equal(
      Object.values(good).map(({ address }) => address),
    );
    expect(of(walk, GROUP).map(({ id }) => id)).to.have.members(Object.values(now).map(({ group }) => group));
    const result = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(result.exitCode, result.stdout).to.equal(0);
  });

  it("are not destroyed with their addresses, but in a disposable stack", async () => {
    const refused = await walk.groundwork("destroy", "dev", "--rehearse", "--yes");
    expect(refused.exitCode, refused.stderr).to.equal(3);
    expect(refused.stdout).to.contain("delete aws:ec2:Eip static-services-dns-eu-west-1-0");
    walk.edit("dev", (settings) => {
      settings.set("guard", ["level"], "disposable");
    });
    const lifted = await walk.done("up", "dev", "--rehearse", "--yes");
    expect(lifted.stdout).to.match(
      /\n2 resources lose locks, and can be deleted from then on\n {2}aws:ec2:Eip {2}static-services-dns-\S+ \(eipalloc-\w+\) {2}protect\n {2}aws:ec2:Eip /,
    );
    await walk.done("destroy", "dev", "--rehearse", "--yes");
    expect(of(walk, INSTANCE)).to.deep.equal([]);
    expect(walk.cloud().filter(({ package: name }) => name === "aws")).to.deep.equal([]);
  });

  it("without a digest are refused before anything is touched", async () => {
    const other = Walk.create();
    onlyStaticServices(other, { imageHash: "latest" });
    const result = await other.groundwork("rehearse", "dev");
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.contain("groundwork:staticServices.dns.imageHash");
    expect(result.stderr).to.contain("64 hexadecimal digits");
    expect(other.changes()).to.deep.equal([]);
  });
});
