import { expect } from "chai";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { main } from "../../../operations/cli";
import { replaceText, withScalars } from "../../../operations/engine/stack-file-edit";
import { FakeTerminal } from "../../support/fake-terminal";

const checkout = path.join(__dirname, "../../..");

/** With all that an editor could spoil: comments, odd spaces, quotes, flow and block style, a last line without an end. */
const stackFile = `# The first line.
config:
  aws:region:   eu-west-1
  "aws:allowedAccountIds": ["123456789012"]   # one account
  pulumi:disable-default-providers: [aws, azure-native, kubernetes]
  groundwork:guard: {level: development}

  groundwork:network:
    cidrBlock: 10.10.0.0/16
    availabilityZones:
    - eu-west-1a
    - eu-west-1b
    publicSubnets: [ 10.10.0.0/22, 10.10.4.0/22 ]
    privateSubnets: [10.10.64.0/19, 10.10.96.0/19]
  groundwork:cluster:
    version: '1.34'
    accessEntries:
      platform: {principalArn: "arn:aws:iam::123456789012:role/platform", policy: clusterAdmin}
    nodeGroups:
      # One a zone.
      default:
        instanceTypes: [m7g.large]
        minSize:   2 # never fewer
        desiredSize: 2
        maxSize: 4   # the budget
      "batch":  { instanceTypes: [m7g.large], minSize: 0, desiredSize: 0, maxSize: 10 }  # by the night
  groundwork:tags: {team: platform}`;

describe("groundwork nodes", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "groundwork-nodes-"));
    cpSync(path.join(checkout, "Pulumi.yaml"), path.join(directory, "Pulumi.yaml"));
    file = path.join(directory, "Pulumi.dev.yaml");
    writeFileSync(file, stackFile);
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** With an engine that is not there: a change of a file needs none. */
  async function nodes(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
    const fake = new FakeTerminal();
    const variables = { GROUNDWORK_PULUMI: path.join(directory, "no-pulumi"), PATH: "" };
    const exitCode = await main({
      argv: ["nodes", ...argv],
      projectDirectory: directory,
      terminal: fake.terminal,
      variables,
    });
    return { exitCode, out: fake.out, err: fake.err };
  }
  const text = (): string => readFileSync(file, "utf8");

  it("changes the number's characters and not one besides", async () => {
    expect((await nodes("dev", "default", "+1")).exitCode).to.equal(0);
    expect(text()).to.equal(stackFile.replace("desiredSize: 2\n", "desiredSize: 3\n"));
  });

  it("takes -1 for a change and not for an option, and moves the lower bound along", async () => {
    const result = await nodes("dev", "default", "-1");
    expect(result.exitCode, result.err).to.equal(0);
    expect(text()).to.equal(
      stackFile.replace("desiredSize: 2\n", "desiredSize: 1\n").replace("minSize:   2 #", "minSize:   1 #"),
    );
    expect(result.out).to.contain("disruption budget").and.to.contain("15 minutes");
    expect(result.out).to.contain("./groundwork up dev");
    expect(result.out).to.contain("Counted from the file: the cloud was not asked how many run.\n");
  });

  it("moves the upper bound along, also on one line", async () => {
    expect((await nodes("dev", "batch", "=12", "--rehearse")).exitCode).to.equal(0);
    expect(text()).to.equal(stackFile.replace("desiredSize: 0, maxSize: 10", "desiredSize: 12, maxSize: 12"));
  });

  it("sets the bounds that it is told, or none", async () => {
    expect((await nodes("dev", "default", "=3", "--min", "3", "--max", "6")).exitCode).to.equal(0);
    expect(text()).to.contain("minSize:   3 #").and.to.contain("maxSize: 6   #");
    const before = text();
    const refused = await nodes("dev", "default", "=7", "--only-desired");
    expect(refused.exitCode).to.equal(2);
    expect(refused.err).to.contain("7 is more than maxSize 6").and.to.contain("Nothing was touched.");
    expect(text()).to.equal(before);
  });

  it("prints one document with --json", async () => {
    const { out } = await nodes("dev", "default", "+2", "--json");
    expect(JSON.parse(out)).to.deep.equal({
      stack: "dev",
      group: "default",
      file: "Pulumi.dev.yaml",
      changed: true,
      before: { minSize: 2, desiredSize: 2, maxSize: 4 },
      after: { minSize: 2, desiredSize: 4, maxSize: 4 },
      effect: ["2 nodes more will be started; pods that wait for room go there."],
      apply: "./groundwork up dev",
    });
  });

  it("touches nothing where there is nothing to change", async () => {
    const { exitCode, out } = await nodes("dev", "default", "=2");
    expect(exitCode).to.equal(0);
    expect(out).to.equal(
      "Pulumi.dev.yaml has these sizes of the group default already. Nothing was touched, and the cloud was not asked.\n",
    );
    expect(text()).to.equal(stackFile);
  });

  const refusals: Readonly<Record<string, readonly [readonly string[], string]>> = {
    "a group that is not there, with the nearest": [["dev", "defualt", "+1"], "Did you mean default?"],
    "less than none": [["dev", "default", "-3"], "the smallest number is 0"],
    "the last nodes for the cluster's own parts": [["dev", "default", "=0"], "takes any pod"],
    "what could be meant in two ways": [["dev", "default", "3"], "=5 (five in all)"],
    "a fraction": [["dev", "default", "+1.5"], "does not say what to do"],
    "bounds that do not hold the size": [["dev", "default", "+0", "--max", "1"], "minSize"],
    "a bound that is no number": [["dev", "default", "+1", "--max", "-1"], "whole one"],
    "bounds and none at once": [["dev", "default", "+1", "--max", "9", "--only-desired"], "--only-desired"],
  };
  for (const [what, [argv, says]] of Object.entries(refusals)) {
    it(`refuses ${what}, and leaves the file`, async () => {
      const { exitCode, err } = await nodes(...argv);
      expect(exitCode).to.equal(2);
      expect(err).to.contain(says);
      expect(text()).to.equal(stackFile);
    });
  }

  it("refuses a file that is wrong already, with its problems", async () => {
    writeFileSync(file, stackFile.replace("'1.34'", "'1.99'"));
    const { exitCode, err } = await nodes("dev", "default", "+1");
    expect(exitCode).to.equal(2);
    expect(err).to.contain("groundwork:cluster.version");
  });

  it("refuses a stack without a cluster", async () => {
    const [before, after] = [
      stackFile.indexOf("  groundwork:cluster"),
      stackFile.indexOf("  groundwork:tags"),
    ];
    writeFileSync(file, stackFile.slice(0, before) + stackFile.slice(after));
    const { exitCode, err } = await nodes("dev", "default", "+1");
    expect(exitCode).to.equal(2);
    expect(err).to.contain("no section groundwork:cluster");
  });
});

describe("a changed stack file", () => {
  const edit = (text: string, value = 7): string =>
    withScalars(text, [{ path: ["groundwork:cluster", "a"], value }], {
      file: "Pulumi.dev.yaml",
      project: "groundwork",
    });

  it("keeps line ends, a byte order mark and what a person calls the section", () => {
    expect(edit("config:\r\n  groundwork:cluster:\r\n    a: 5 # x\r\n")).to.equal(
      "config:\r\n  groundwork:cluster:\r\n    a: 7 # x\r\n",
    );
    expect(edit("\ufeffconfig:\n  cluster: {a: 5}\n")).to.equal("\ufeffconfig:\n  cluster: {a: 7}\n");
    expect(edit("config: {groundwork:config:cluster: {a: 12345}}")).to.equal(
      "config: {groundwork:config:cluster: {a: 7}}",
    );
  });

  it("is not made where others would change with it, or the number is somewhere else", () => {
    for (const text of [
      "x: &x 5\nconfig:\n  groundwork:cluster:\n    a: *x\n",
      "config:\n  groundwork:cluster:\n    a: &x 5\n    b: *x\n",
      "x: &x {a: 5}\nconfig:\n  groundwork:cluster:\n    <<: *x\n",
      "config:\n  groundwork:cluster: '{\"a\": 5}'\n",
      "config:\n  groundwork:cluster:\n    a: five\n",
    ]) {
      expect(() => edit(text), text).to.throw("Nothing was touched.");
    }
  });

  describe("is written", () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(path.join(tmpdir(), "groundwork-edit-"));
    });
    afterEach(() => {
      rmSync(directory, { recursive: true });
    });

    it("whole, with the mode that it had, and nothing is left beside it", () => {
      const file = path.join(directory, "Pulumi.dev.yaml");
      writeFileSync(file, "before");
      chmodSync(file, 0o640);
      replaceText(file, "before", "after");
      expect(readFileSync(file, "utf8")).to.equal("after");
      expect(statSync(file).mode & 0o777).to.equal(0o640);
      expect(readdirSync(directory)).to.deep.equal(["Pulumi.dev.yaml"]);
    });

    it("not over what somebody else has written since", () => {
      const file = path.join(directory, "Pulumi.dev.yaml");
      writeFileSync(file, "theirs");
      expect(() => replaceText(file, "before", "after")).to.throw("was changed in between");
      expect(readFileSync(file, "utf8")).to.equal("theirs");
      expect(readdirSync(directory)).to.deep.equal(["Pulumi.dev.yaml"]);
    });
  });
});
