import { expect } from "chai";
import { readFileSync } from "node:fs";
import path from "node:path";
import { destroyOf } from "../../operations/plan/graph-readers";
import { timelineOf } from "../../operations/plan/timeline";
import { stacks } from "../support/program";
import { standUpGraph } from "../support/run-graph";

/** How much longer than the clouds force a stand-up may be. */
const mostRatio = 1.05;

describe("the stand-up of a stack", () => {
  for (const stack of stacks) {
    it(`takes ${stack} hardly longer than the longest chain that the clouds force`, async () => {
      const { ratio, boundSeconds } = timelineOf(await standUpGraph(stack));
      expect(boundSeconds).to.be.greaterThan(600);
      expect(ratio).to.be.at.least(1).and.at.most(mostRatio);
    });

    it(`begins the cluster of ${stack} while the NAT gateways are being made, and its nodes after their routes`, async () => {
      const { steps } = timelineOf(await standUpGraph(stack), Infinity);
      const at = (type: string): number =>
        Math.min(...steps.filter((step) => step.type === type).map(({ startsAt }) => startsAt));
      expect(at("aws:eks/cluster:Cluster")).to.be.lessThan(at("aws:ec2/natGateway:NatGateway") + 10);
      expect(at("aws:eks/nodeGroup:NodeGroup")).to.be.greaterThan(at("aws:ec2/natGateway:NatGateway") + 105);
    });
  }
});

describe("the tear-down of a stack", () => {
  for (const stack of stacks) {
    it(`has no dependency of ours in ${stack} that makes it longer than the engine's rounds do`, async () => {
      const { criticalPath } = timelineOf(destroyOf(await standUpGraph(stack)));
      const ours = criticalPath.filter(({ edge }) => edge === "ours").map(({ seconds }) => seconds);
      // The database's name goes before the Job that gives the server its passwords.
      expect(Math.max(0, ...ours)).to.be.at.most(2);
    });
  }
});

describe("docs/timeline.md", () => {
  it("has the times of both stacks as they are", async () => {
    const rows: string[][] = [];
    for (const stack of stacks) {
      const graph = await standUpGraph(stack);
      const [up, down] = [timelineOf(graph), timelineOf(destroyOf(graph))];
      const cells = [up, down].flatMap(({ seconds, boundSeconds, ratio }) => [seconds, boundSeconds, ratio]);
      rows.push([stack, ...cells.map(String)]);
    }
    const page = readFileSync(path.join(__dirname, "../../docs/timeline.md"), "utf8");
    const table = page.split("\n").filter((line) => /^\| (dev|prod) /.test(line));
    const written = table.map((line) =>
      line
        .split("|")
        .map((cell) => cell.trim())
        .filter((cell) => cell !== ""),
    );
    expect(written).to.deep.equal(rows);
  });
});
