import { expect } from "chai";
import execa from "execa";
import * as path from "node:path";
import { motoPart } from "../support/moto";
import { describeWith } from "../support/real-parts";
import { awsCalls, awsMentions } from "./support/aws-calls";

const reader = path.join(__dirname, "support/aws-calls.py");

describeWith("the AWS CLI", motoPart, (python) => {
  const read = async (calls: readonly (readonly string[])[]): Promise<string[]> => {
    const { stdout } = await execa(python(), [reader], {
      input: calls.map((words) => `${JSON.stringify(words)}\n`).join(""),
    });
    return stdout.split("\n");
  };

  it("takes every call of every boot script, and answers with what the script reads", async () => {
    const calls = awsCalls();
    expect(new Set(calls.map(({ script }) => script)).size).to.be.greaterThan(8);
    // Each of them, and one that has two ways.
    expect(calls).to.have.length(awsMentions() + 1);
    const wrong = await read(calls.map(({ words }) => words));
    expect(
      calls.map(
        ({ script, words }, index) => `${script}: aws ${words.slice(0, 2).join(" ")}: ${wrong[index] ?? "?"}`,
      ),
    ).to.deep.equal(calls.map(({ script, words }) => `${script}: aws ${words.slice(0, 2).join(" ")}: `));
  });

  it("would refuse an option, a value or a field that it does not know", async () => {
    const describe = ["autoscaling", "describe-auto-scaling-instances"];
    const wrong: readonly (readonly [readonly string[], RegExp])[] = [
      [[...describe, "--instance-ids", "i-1", "--instances", "i-2"], /Unknown options: --instances, i-2$/],
      [
        [...describe, "--query", "AutoScalingInstances[0].[AutoScalingGroup,LaunchTemplate.Version]"],
        /^the answer has no AutoScalingGroup$/,
      ],
      [[...describe, "--query", "AutoScalingInstances[0"], /Bad value for --query/],
      [
        ["cloudwatch", "put-metric-data", "--namespace", "n", "--metric-name", "m", "--value", "many"],
        /ConversionSyntax/,
      ],
      [["ec2", "describe-volumes", "--filters", "[{"], /Invalid JSON/],
      [
        ["ec2", "detach-volume", "--instance-id", "i-1"],
        /the following arguments are required: --volume-id$/,
      ],
    ];
    const said = await read(wrong.map(([words]) => words));
    wrong.forEach(([words, message], index) => {
      expect(said[index], words.join(" ")).to.match(message);
    });
  });
});
