import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everyChange } from "../../bench/honesty/changes";
import type { Comparison } from "../../bench/honesty/compare";
import { honesty } from "../../bench/honesty";
import { agreement, disagreements, report } from "../../bench/honesty/report";
import { typeFacts } from "../../rehearsal/catalogue/facts";

const project = join(__dirname, "..", "..");

describe("the rehearsal against a provider's plugin", () => {
  const directory = mkdtempSync(join(tmpdir(), "groundwork-honesty-test-"));
  const [plugins, resources] = [join(directory, "plugins"), join(directory, "resources")];
  let comparison: Comparison;

  before(async function () {
    this.timeout(60_000);
    [plugins, resources].forEach((folder) => {
      mkdirSync(folder);
    });
    const program = join(plugins, "pulumi-resource-aws");
    const parts = [join(project, "bin", "register-typescript.js"), join(__dirname, "planted-plugin.ts")];
    writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} -r ${parts.join(" ")} ${directory} "$@"\n`);
    chmodSync(program, 0o755);
    const samples = {
      queue: {
        type: "aws:sqs/queue:Queue",
        inputs: { name: "dev_mail", visibilityTimeoutSeconds: 30, tags: { a: "b" } },
      },
      parameter: {
        type: "aws:ssm/parameter:Parameter",
        inputs: { name: "/dev/a", type: "String", value: "v", description: "what it is" },
      },
      alarm: {
        type: "aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs: { name: "dev-alarm", comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1 },
      },
    };
    for (const [name, sample] of Object.entries(samples))
      writeFileSync(join(resources, `${name}.json`), JSON.stringify({ name, ...sample }));
    comparison = await honesty({ plugins, resources });
  });

  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it("disagrees in the three places where the plugin differs, and nowhere else", () => {
    const found = disagreements(comparison).map(({ real, rehearsed, ...change }) => ({
      ...change,
      real: [real.does, real.deletesFirst],
      rehearsed: [rehearsed.does, rehearsed.deletesFirst],
    }));
    expect(found).to.deep.equal([
      {
        ...{
          type: "aws:cloudwatch/metricAlarm:MetricAlarm",
          resource: "alarm",
          property: "name",
          kind: "another",
        },
        ...{ real: ["replace", false], rehearsed: ["replace", true] },
      },
      {
        ...{
          type: "aws:ssm/parameter:Parameter",
          resource: "parameter",
          property: "description",
          kind: "removed",
        },
        ...{ real: ["nothing", false], rehearsed: ["update", false] },
      },
      {
        ...{
          type: "aws:sqs/queue:Queue",
          resource: "queue",
          property: "visibilityTimeoutSeconds",
          kind: "another",
        },
        ...{ real: ["replace", false], rehearsed: ["update", false] },
      },
    ]);
    expect(comparison.refused).to.deep.equal([]);
  });

  it("says so by type, with each disagreement, and in percent", () => {
    const text = report(comparison);
    expect(text).to.include(
      "aws:sqs/queue:Queue queue, visibilityTimeoutSeconds another: real replace, creating first; rehearsal update",
    );
    expect(text).to.match(/aws:ssm\/parameter:Parameter +\d+ +\d\d\.\d +1 +100\.0/);
    const { does, order } = agreement(comparison);
    expect(does).to.equal((100 * (comparison.judged.length - 2)) / comparison.judged.length);
    expect(order).to.be.lessThan(100);
  });

  it("says what a folder without a plugin lacks", async () => {
    try {
      await honesty({ plugins: resources, resources });
      expect.fail("was to be refused");
    } catch (error) {
      expect(String(error)).to.include(
        "has no plugin of a package that is rehearsed. Their programs are called pulumi-resource-aws",
      );
    }
  });
});

describe("every change of a resource", () => {
  it("is each property alone: another value, one item more, one less, gone", () => {
    const declared = typeFacts("aws:ec2/vpcEndpoint:VpcEndpoint")?.inputs ?? {};
    const changes = everyChange({ vpcId: "vpc-0a9", subnetIds: ["a", "b"], __defaults: [] }, declared);
    expect(changes).to.deep.equal([
      {
        property: "vpcId",
        kind: "another",
        inputs: { vpcId: "vpc-0a0", subnetIds: ["a", "b"], __defaults: [] },
      },
      { property: "vpcId", kind: "removed", inputs: { subnetIds: ["a", "b"], __defaults: [] } },
      {
        property: "subnetIds[]",
        kind: "another",
        inputs: { vpcId: "vpc-0a9", subnetIds: ["b", "b"], __defaults: [] },
      },
      {
        property: "subnetIds[]",
        kind: "another",
        inputs: { vpcId: "vpc-0a9", subnetIds: ["a", "c"], __defaults: [] },
      },
      {
        property: "subnetIds",
        kind: "longer",
        inputs: { vpcId: "vpc-0a9", subnetIds: ["a", "b", "c"], __defaults: [] },
      },
      {
        property: "subnetIds",
        kind: "shorter",
        inputs: { vpcId: "vpc-0a9", subnetIds: ["a"], __defaults: [] },
      },
      { property: "subnetIds", kind: "removed", inputs: { vpcId: "vpc-0a9", __defaults: [] } },
    ]);
  });

  it("takes the next of an enumeration, and stays within hexadecimal", () => {
    const [first] = everyChange(
      { type: "String" },
      { type: { required: true, type: { kind: "enum", values: ["String", "StringList"], open: false } } },
    );
    expect(first?.inputs).to.deep.equal({ type: "StringList" });
    const [second] = everyChange({ id: "sg-0f" }, {});
    expect(second?.inputs).to.deep.equal({ id: "sg-0a" });
  });
});
