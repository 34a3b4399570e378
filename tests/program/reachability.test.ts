import { expect } from "chai";
import { Reachability, type Way } from "../support/reachability";
import { recordProgram, stacks, type Config } from "../support/program";

type Names = readonly string[];

async function ways(
  stack: (typeof stacks)[number],
  change?: (config: Config) => void,
): Promise<readonly Way[]> {
  const recording = await recordProgram(stack, change === undefined ? {} : { change });
  return new Reachability(recording).waysTo(recording.one("aws:rds/instance:Instance"), 5432);
}

const through = (all: readonly Way[], wall: "groups" | "acls"): Names =>
  all.filter((way) => way[wall]).map(({ from }) => from);

const workers: Readonly<Record<(typeof stacks)[number], Names>> = {
  dev: ["fleets-builder", "worker-groups-build", "worker-groups-deploy"],
  prod: [
    "docker-worker-0",
    "docker-worker-1",
    "docker-worker-2",
    "docker-worker-4",
    "fleets-builder",
    "worker-groups-build",
    "worker-groups-build-images",
    "worker-groups-deploy",
  ],
};

describe("the database's port", () => {
  for (const stack of stacks) {
    describe(`in ${stack}`, () => {
      it("is reached by the application and the API, and by nothing else that the stack makes", async () => {
        const reaching = (await ways(stack)).filter(({ acls, groups }) => acls && groups);
        expect(reaching.map(({ from }) => from)).to.deep.equal(["cluster-default", "fleets-api"]);
      });

      it("is out of reach for whatever runs other people's code, by security groups alone", async () => {
        expect(through(await ways(stack), "groups")).to.not.include.members([...workers[stack]]);
      });

      it("is out of their reach by network ACLs alone, and in that of all others", async () => {
        const all = await ways(stack);
        expect(all.filter(({ acls }) => !acls).map(({ from }) => from)).to.deep.equal(workers[stack]);
      });
    });
  }

  it("is closed to a fleet before its security group goes, which AWS keeps while a rule names it", async () => {
    const recording = await recordProgram("dev");
    const rule = recording.one(
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "database-from-fleet-api",
    );
    expect(recording.dependencies(rule)).to.include("fleets-api");
  });

  it("stays out of their reach when somebody opens it to the whole VPC", async () => {
    const all = await ways("dev", (config) => {
      Object.assign(config["groundwork:database"] as Config, { allowedCidrBlocks: ["10.10.0.0/16"] });
    });
    expect(through(all, "groups")).to.include.members([...workers.dev]);
    expect(all.filter(({ acls, groups }) => acls && groups).map(({ from }) => from)).to.not.include.members([
      ...workers.dev,
    ]);
  });

  it("would be in their reach without subnets of their own", async () => {
    const all = await ways("dev", (config) => {
      delete (config["groundwork:network"] as Config)["workerSubnets"];
      delete ((config["groundwork:fleets"] as Config)["builder"] as Config)["subnets"];
      Object.assign(config["groundwork:database"] as Config, { allowedCidrBlocks: ["10.10.64.0/18"] });
    });
    const reaching = all.filter(({ acls, groups }) => acls && groups).map(({ from }) => from);
    expect(reaching).to.include.members([...workers.dev]);
  });
});
