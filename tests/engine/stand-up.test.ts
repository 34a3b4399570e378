import { expect } from "chai";
import { readFileSync, statSync } from "node:fs";
import * as path from "node:path";
import type { PageDocument } from "../../operations/page/document";
import { documentOf, Walk } from "./support/walk";
import { stacks } from "../support/program";

/** What the page says that a rehearsal has left. */
function pageAt(walk: Walk): PageDocument {
  const file = path.join(walk.rehearsal, "page.html");
  expect(statSync(file).size).to.be.lessThan(1_500_000);
  const data = /id="document">(.*?)<\/script>/s.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  return JSON.parse(data) as PageDocument;
}

// Every committed stack: with it goes the policy pack over everything that it makes.
for (const stack of stacks) {
  describe(`groundwork rehearse ${stack}`, () => {
    const walk = Walk.whole();

    it("stands the stack up from nothing, with policies and gate", async () => {
      const result = await walk.process("rehearse", stack, "--json");
      expect(result.exitCode, result.stderr + result.stdout).to.equal(0);
      const document = documentOf(result);
      expect(document.result).to.equal("changed");
      expect(document.refusals).to.deep.equal([]);
      expect(document.policyViolations).to.deep.equal([]);
      const summary = document.summary as Record<string, number>;
      expect(summary.create).to.be.greaterThan(70);
      expect(summary).to.include({ update: 0, replace: 0, delete: 0, same: 0 });
      const created = walk.changes().filter(({ method }) => method === "create");
      expect(created.filter(({ ok }) => !ok)).to.deep.equal([]);
      expect(walk.changes()).to.have.length(created.length);
      expect(document.page).to.equal(path.join(walk.rehearsal, "page.html"));
      const page = pageAt(walk);
      expect(page).to.deep.include({ stack, outcome: "done" });
      expect(page.runs?.map(({ kind, result: ended }) => `${kind} ${ended}`)).to.deep.equal([
        "update succeeded",
      ]);
      expect(page.timeline?.steps.length).to.be.greaterThan(70);
    });

    it("finds nothing to change the second time, and prints the outputs with secrets masked", async () => {
      const before = walk.changes().length;
      const result = await walk.process("rehearse", stack, "--json");
      expect(result.exitCode, result.stderr).to.equal(0);
      const document = documentOf(result);
      expect(document.result).to.equal("nothing to change");
      expect(document.changes).to.deep.equal([]);
      expect(walk.changes()).to.have.length(before);
      const outputs = document.outputs as Record<string, unknown>;
      expect(Object.keys(outputs)).to.have.members([
        "asg_workers_sec_group_id",
        "ciRoles",
        "fleets",
        ...(stack === "prod" ? ["workerAddresses"] : []),
        "clusterName",
        "databaseEndpoint",
        "databaseRoles",
        "databaseSecretArn",
        "databaseSubnetIds",
        "kubeconfig",
        "loadBalancers",
        "nameServers",
        "names",
        "privateSubnetIds",
        "publicSubnetIds",
        "queueUrls",
        "reportsBucket",
        "reportsTables",
        "staticAddresses",
        "users",
        "vpcId",
        "zoneId",
      ]);
      expect(outputs.users).to.equal("[secret]");
      const page = pageAt(walk);
      expect(page).to.deep.include({ stack, outcome: "nothing to do", changes: [] });
      const nodes = page.resources.find(({ type }) => type === "aws:eks:NodeGroup");
      expect(nodes?.needs.map((place) => page.resources[place]?.type)).to.include("aws:eks:Cluster");
    });

    it("says so to a person too, and has read the cloud: nothing that was just made counts as moved", async () => {
      const result = await walk.process("preview", stack, "--rehearse", "--expect-no-changes");
      expect(result.exitCode, result.stderr).to.equal(0);
      expect(result.stdout).to.contain("0 to create, 0 to update, 0 to replace, 0 to delete");
      expect(result.stdout).to.contain(`${stack}: nothing to change, and nothing has moved in the cloud.`);
    });
  });
}
