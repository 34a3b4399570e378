import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import type { Refusal } from "../../../guard/step";
import { findingsOf } from "../../../operations/page/findings";
import { pageHtml } from "../../../operations/page/html";
import { placed } from "../../../operations/page/layout";
import type { PageResource } from "../../../operations/page/resources";
import { scenesOf, type Scene } from "../../../operations/page/scenes";
import { sizesOf } from "../../../operations/page/sizes";
import { requirePageFile } from "../../../operations/page/write";
import { policyViolations } from "../../../operations/plan/diagnostics";
import { readPlan } from "../../../operations/plan/plan";
import { scratch } from "../../support/scratch";
import { recordProgram } from "../../support/program";
import { recorded, thing } from "../fixtures";
import { changed, madeFrom, planFor, reportOf, secretsIn, standing } from "./documents";

/** `kind name` of the nodes of a scene, with `*` where one opens. */
const nodesOf = ({ nodes }: Scene): string[] =>
  nodes.map(({ kind, label, opens }) => `${kind} ${label}${opens === null ? "" : " *"}`);

const edgesOf = ({ nodes, edges }: Scene): string[] =>
  edges.map(([from, to]) => `${nodes[from]?.label ?? ""} > ${nodes[to]?.label ?? ""}`);

function resource(name: string, more: Partial<PageResource> = {}): PageResource {
  const type = more.isComponent === true ? "groundwork:part:Part" : `aws:x:${name.split("-").at(-1) ?? ""}`;
  return {
    ...{
      urn: `urn:${type}::${name}`,
      name,
      type,
      id: null,
      fate: "create",
      isComponent: false,
      within: null,
      needs: [],
    },
    ...more,
  };
}

describe("the scenes of a page", () => {
  const [network, database] = [0, 1];
  const parts = [
    resource("network", { isComponent: true }),
    resource("database", { isComponent: true }),
    resource("network-vpc", { within: network }),
    resource("network-a-subnet", { within: network, needs: [2] }),
    resource("network-b-subnet", { within: network, needs: [2] }),
    resource("network-c-subnet", { within: network, needs: [2] }),
    resource("network-route", { within: network, needs: [2, 3] }),
    resource("database", { within: database, needs: [3], type: "aws:x:instance" }),
    resource("zone"),
  ];

  it("begin with the components, wired by what is in them, and one goes into each", () => {
    const [stack, ...inside] = scenesOf("dev", parts);
    expect(nodesOf(stack as Scene)).to.deep.equal(["Part network *", "Part database *", "aws:x:zone zone"]);
    expect(edgesOf(stack as Scene)).to.deep.equal(["network > database"]);
    expect(stack?.nodes[0]?.fates).to.deep.equal({ create: 5 });
    expect(inside.map(({ title, within }) => [title, within])).to.deep.equal([
      ["network", 0],
      ["3 × subnet", 1],
      ["database", 0],
    ]);
  });

  it("have like resources as one node that opens, and no edge that follows from others", () => {
    const [, inNetwork, subnets] = scenesOf("dev", parts);
    expect(nodesOf(inNetwork as Scene)).to.deep.equal([
      "aws:x:vpc vpc",
      "aws:x:subnet 3 × subnet *",
      "aws:x:route route",
    ]);
    // The route needs the VPC too; that follows.
    expect(edgesOf(inNetwork as Scene)).to.deep.equal(["vpc > 3 × subnet", "3 × subnet > route"]);
    expect(nodesOf(subnets as Scene)).to.deep.equal([
      "aws:x:subnet a-subnet",
      "aws:x:subnet b-subnet",
      "aws:x:subnet c-subnet",
    ]);
  });

  it("keep the edges of components that need each other", () => {
    const circle = [
      resource("one", { isComponent: true }),
      resource("two", { isComponent: true }),
      resource("one-a", { within: 0 }),
      resource("two-b", { within: 1, needs: [2] }),
      resource("one-c", { within: 0, needs: [3] }),
    ];
    expect(edgesOf(scenesOf("dev", circle)[0] as Scene)).to.deep.equal(["one > two", "two > one"]);
  });

  it("have each resource of the committed stacks once, and no two nodes on one place", async () => {
    for (const stack of ["dev", "prod"] as const) {
      const { resources, scenes } = madeFrom(await planFor(stack));
      const drawn = scenes.flatMap(({ nodes }) => nodes.flatMap(({ resource: place }) => place ?? []));
      expect([...drawn].sort((a, b) => a - b)).to.deep.equal(resources.map((_, place) => place));
      for (const { title, width, height, nodes } of scenes) {
        for (const [index, { x, y }] of nodes.entries()) {
          const other = nodes.findIndex((one) => Math.abs(one.x - x) < 208 && Math.abs(one.y - y) < 68);
          expect(other, `${title}: ${nodes[other]?.label ?? ""} on ${nodes[index]?.label ?? ""}`).to.equal(
            index,
          );
          expect(x >= 0 && y >= 0 && x + 208 <= width && y + 68 <= height, title).to.equal(true);
        }
      }
    }
  });

  it("wire what is made through the cluster's API to the cluster", async () => {
    const { resources, scenes } = madeFrom(await planFor("dev"));
    const [{ nodes = [], edges = [] } = {}] = scenes;
    const wired = edges.map(({ from, to }) => `${nodes[from]?.label ?? ""} > ${nodes[to]?.label ?? ""}`);
    expect(wired).to.include.members(["network > cluster", "cluster > database", "cluster > workloads"]);
    const deployment = resources.find(({ type }) => type === "kubernetes:apps:Deployment");
    expect(deployment?.needs.map((place) => resources[place]?.type)).to.include("aws:eks:NodeGroup");
  });

  it("are laid out without edges too, in rows", () => {
    const alone = scenesOf(
      "dev",
      ["a-v", "b-w", "c-x", "d-y", "e-z"].map((name) => resource(name)),
    );
    const { nodes } = placed(alone[0] as Scene);
    expect(new Set(nodes.map(({ y }) => y)).size).to.equal(2);
  });
});

describe("a page's sizes", () => {
  it("are counted or measured before and after, what changes first", async () => {
    const { report } = await planFor("dev", changed);
    const sizes = sizesOf(report.plan.outcome);
    const told = sizes.map(({ what, before, after }) => `${what}: ${before ?? "-"} > ${after ?? "-"}`);
    expect(told).to.include.members([
      "NAT gateways: 1 > 1",
      "aws:rds:Instance database: db.t4g.medium, gp3, 20 GiB, growing to 100 GiB > db.t4g.large, gp3, 20 GiB, growing to 100 GiB",
    ]);
    const measured = sizes.filter(({ urn }) => urn !== null).map(({ before, after }) => before === after);
    expect(measured).to.deep.equal([...measured].sort((a, b) => Number(a) - Number(b)));
  });

  it("are of what is made nothing before, and of what goes nothing after", () => {
    const { steps } = readPlan([]);
    expect(sizesOf(steps)).to.deep.equal([]);
    const state = (inputs: Record<string, unknown>) => ({ id: "i", protect: false, inputs, outputs: {} });
    const base = {
      urn: "urn:x::y::aws:ebs/volume:Volume::disk",
      type: "aws:ebs/volume:Volume",
      name: "disk",
      parent: "",
    };
    const rest = { paths: [], forcing: [], restated: [], replaceKeys: [], changedKeys: [] };
    const disk = state({ size: 8, tags: { size: "large" } });
    expect(
      sizesOf([
        { ...base, ...rest, op: "create", new: disk },
        { ...base, ...rest, op: "delete", old: disk },
      ]).map(({ before, after }) => [before, after]),
    ).to.deep.equal([
      [null, "8 GiB"],
      ["8 GiB", null],
    ]);
  });
});

describe("a page's findings", () => {
  it("begin with what refuses the plan, and name the call that goes on", () => {
    const plan = readPlan(recorded("policy-violation"));
    const refusal: Refusal = {
      ...{
        urn: thing("chg"),
        id: "id-1",
        type: "fake:index:Thing",
        op: "delete",
        rule: "guarded",
        loses: "its rows",
      },
      ...{
        why: "it is gone from the file",
        safeWay: "Put it back.",
        approval: "./groundwork guard approve dev …",
      },
    };
    const found = findingsOf({
      ...reportOf("dev", plan.steps, {
        refusals: [refusal],
        warnings: [{ urn: undefined, message: "Old\nNodes." }],
      }),
      policyViolations: policyViolations(recorded("policy-violation")),
    });
    expect(found.map(({ level, by }) => `${level} ${by}`).slice(0, 2)).to.deep.equal([
      "refused Guard",
      "refused Policy",
    ]);
    expect(found[0]).to.deep.equal({
      level: "refused",
      by: "Guard",
      title: "delete fake:index:Thing chg (id-1)",
      rows: [
        ["loses", "its rows"],
        ["why", "it is gone from the file"],
        ["safe way", "Put it back."],
        ["approve", "./groundwork guard approve dev …"],
        ["rule", "guarded"],
      ],
      urns: [thing("chg")],
    });
    expect(found.at(-1)).to.deep.include({
      level: "attention",
      by: "Warning",
      title: "Old",
      rows: [["details", "Nodes."]],
    });
  });
});

describe("the file of a page", () => {
  it("has nothing in it that ends its data, or begins anything else", async () => {
    const source = await standing("dev");
    const evil = `</script><script>alert(1)</script><!--\u2028`;
    const html = pageHtml(madeFrom(source, { outputs: { evil }, where: evil }));
    expect(html.match(/<script/g)).to.have.length(2);
    expect(html).to.not.contain("alert(1)</script>");
    expect(html).to.contain("\\u003c/script\\u003e\\u003cscript\\u003ealert(1)");
    const data = /id="document">(.*?)<\/script>/s.exec(html)?.[1] ?? "";
    expect((JSON.parse(data) as { where: string }).where).to.equal(evil);
  });

  it("asks nobody for anything, and lets nothing run but its own script", async () => {
    const html = pageHtml(madeFrom(await standing("dev")));
    const head = html.slice(0, html.indexOf("<body>"));
    expect(head).to.match(
      /content="default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; /,
    );
    expect(html).to.not.match(/ (src|href)="?https?:|url\(|@import/);
  });

  it("has no line of its sources in it: style and script are one line each", async () => {
    const html = pageHtml(madeFrom(await standing("dev")));
    expect(html.split("\n")).to.have.length(17);
    expect(html).to.match(/^<style>\S.*<\/style>$/m);
    expect(html).to.match(/^<script>\S.*<\/script>$/m);
  });

  it("has no secret of the stacks in it, neither as a value nor as what stands for one, and stays small", async () => {
    for (const stack of ["dev", "prod"] as const) {
      const secrets = secretsIn(await recordProgram(stack));
      expect(secrets.length).to.be.greaterThan(3);
      for (const source of [await planFor(stack), await planFor(stack, changed), await standing(stack)]) {
        const html = pageHtml(madeFrom(source));
        expect(secrets.filter((secret) => html.includes(secret))).to.deep.equal([]);
        expect(html).to.not.match(/ciphertext|4dabf18193072939515e22adb298388d|1b47061264138c4a/);
        expect(html.length).to.be.lessThan(1_500_000);
      }
    }
  });

  it("is written over an older page, and over nothing else", () => {
    const folder = path.join(scratch, "page");
    mkdirSync(folder, { recursive: true });
    const [page, other] = [path.join(folder, "deep", "page.html"), path.join(folder, "Pulumi.dev.yaml")];
    requirePageFile(page);
    writeFileSync(page, "<!doctype html>\n<p>old");
    requirePageFile(page);
    writeFileSync(other, "config:\n");
    expect(() => requirePageFile(other)).to.throw(/holds something else, which is not written over/);
    expect(() => requirePageFile(folder)).to.throw(/No page can be written to .*EISDIR/);
    expect(readFileSync(other, "utf8")).to.equal("config:\n");
  });

  it("is drawn by a script of which the types are right", () => {
    const file = path.join(__dirname, "../../../operations/page/browser/tsconfig.json");
    const { options, fileNames } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(file, (name) => ts.sys.readFile(name)).config,
      ts.sys,
      path.dirname(file),
    );
    const program = ts.createProgram(fileNames, options);
    expect(fileNames).to.have.length(4);
    const wrong = fileNames.flatMap((name) => {
      const script = program.getSourceFile(name);
      return [...program.getSyntacticDiagnostics(script), ...program.getSemanticDiagnostics(script)];
    });
    expect(wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).to.deep.equal(
      [],
    );
  });
});
