import { expect } from "chai";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Walk } from "./support/walk";

const databaseType = "aws:rds/instance:Instance";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

describe("a database that the cloud moves, destroyed and stood up again", () => {
  let walk: Walk;
  before(async () => {
    walk = Walk.whole();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "database");
      settings.remove("database", ["bootstrap"]);
      settings.set("database", ["engineVersion"], "16.11");
      settings.set("guard", ["level"], "disposable");
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
  });

  const stackFile = (): string => readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8");

  /** What somebody, or AWS, has done to the one thing of a type. */
  function moved(type: string, outputs: Readonly<Record<string, unknown>>): void {
    const folder = path.join(walk.rehearsal, "cloud");
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      const record = JSON.parse(readFileSync(file, "utf8")) as Record<"type" | "outputs", unknown>;
      if (record.type === type) {
        writeFileSync(
          file,
          JSON.stringify({ ...record, outputs: { ...(record.outputs as object), ...outputs } }),
        );
      }
    }
  }

  it("is no mistake of a person: what grew changes nothing, what was upgraded is named with the value to write, and a command writes it", async () => {
    moved(databaseType, { allocatedStorage: 45, engineVersion: "16.13", engineVersionActual: "16.13" });
    await walk.pulumiDone("dev", "refresh", "--yes", "--skip-preview");
    const refused = await walk.groundwork("preview", "dev", "--rehearse");
    expect(refused.exitCode, refused.stderr).to.equal(3);
    expect(refused.stdout).to.contain("engineVersion goes from 16.13 to 16.11.");
    expect(refused.stdout).to.contain(
      'set groundwork:database.engineVersion to "16.13"; `./groundwork adopt dev --rehearse` writes it.',
    );
    expect(refused.stdout).to.not.contain("shrinks");

    const before = stackFile();
    const adopted = await walk.done("adopt", "dev", "--rehearse", "--yes");
    expect(adopted.stdout).to.contain('groundwork:database.engineVersion  "16.13"');
    expect(stackFile()).to.equal(before.replace('engineVersion: "16.11"', 'engineVersion: "16.13"'));

    const after = await walk.groundwork("preview", "dev", "--rehearse", "--expect-no-changes");
    expect(after.exitCode, after.stdout).to.equal(0);
    const again = await walk.done("adopt", "dev", "--rehearse", "--yes");
    expect(again.stdout).to.contain("Nothing to adopt");
  });

  /** Puts into the cloud what somebody else has made. */
  function foreign(name: string, type: string, id: string, inputs: Readonly<Record<string, unknown>>): void {
    const file = path.join(walk.rehearsal, "cloud", `${name}.json`);
    const scope = "482913067251/eu-west-1";
    writeFileSync(file, JSON.stringify({ package: "aws", type, id, name, inputs, outputs: inputs, scope }));
  }

  const idOf = (type: string): string => walk.cloud().find((one) => one.type === type)?.id ?? "";

  it("is not destroyed while others have something in its network, and each is named with the line that removes it", async () => {
    const vpcId = idOf("aws:ec2/vpc:Vpc");
    const subnetId = idOf("aws:ec2/subnet:Subnet");
    const ours = idOf("aws:ec2/securityGroup:SecurityGroup");
    foreign("guardduty-group", "aws:ec2/securityGroup:SecurityGroup", "sg-0aaaaaaaaaaaaaaaa", {
      name: `GuardDutyManagedSecurityGroup-${vpcId}`,
      vpcId,
    });
    foreign("guardduty", "aws:ec2/vpcEndpoint:VpcEndpoint", "vpce-0aaaaaaaaaaaaaaaa", {
      serviceName: "com.amazonaws.eu-west-1.guardduty-data",
      vpcEndpointType: "Interface",
      vpcId,
      subnetIds: [subnetId],
      securityGroupIds: ["sg-0aaaaaaaaaaaaaaaa"],
    });
    foreign("resize", "aws:lambda/function:Function", "resize", {
      name: "resize",
      vpcConfig: { subnetIds: [subnetId], securityGroupIds: [ours] },
    });
    foreign("peering", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "pcx-0aaaaaaaaaaaaaaaa", {
      vpcId: "vpc-0bbbbbbbbbbbbbbbb",
      peerVpcId: vpcId,
    });
    foreign("machine", "aws:ec2/instance:Instance", "i-0aaaaaaaaaaaaaaaa", { subnetId });
    foreign("interface", "aws:ec2/networkInterface:NetworkInterface", "eni-0aaaaaaaaaaaaaaaa", { subnetId });
    const taken = (walk.cloud().find(({ type }) => type === databaseType)?.inputs[
      "finalSnapshotIdentifier"
    ] ?? "") as string;
    foreign("snapshot", "aws:rds/snapshot:Snapshot", taken, { dbSnapshotIdentifier: taken });

    const { result, calls } = await walk.watch(() =>
      walk.groundwork("destroy", "dev", "--rehearse", "--yes", "--json"),
    );
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(calls).to.deep.equal([]);
    const { leftovers } = JSON.parse(result.stdout) as {
      readonly leftovers: readonly { readonly kind: string; readonly id: string; readonly remove: string }[];
    };
    expect(leftovers.map(({ kind, id }) => [kind, id])).to.have.deep.members([
      ["final snapshot", taken],
      ["VPC endpoint (com.amazonaws.eu-west-1.guardduty-data)", "vpce-0aaaaaaaaaaaaaaaa"],
      [`security group (GuardDutyManagedSecurityGroup-${vpcId})`, "sg-0aaaaaaaaaaaaaaaa"],
      ["peering", "pcx-0aaaaaaaaaaaaaaaa"],
      ["machine", "i-0aaaaaaaaaaaaaaaa"],
      ["Lambda function", "resize"],
      ["network interface", "eni-0aaaaaaaaaaaaaaaa"],
    ]);
    expect(leftovers.map(({ remove }) => remove)).to.include(
      "aws ec2 delete-vpc-endpoints --region eu-west-1 --vpc-endpoint-ids vpce-0aaaaaaaaaaaaaaaa",
    );
    const folder = path.join(walk.rehearsal, "cloud");
    for (const name of [
      "guardduty-group",
      "guardduty",
      "resize",
      "peering",
      "machine",
      "interface",
      "snapshot",
    ]) {
      rmSync(path.join(folder, `${name}.json`));
    }
  });

  it("is destroyed, stood up and destroyed again with the same settings, and leaves a last snapshot of each life; log groups that came back are told in the preview, and taken over before the run", async () => {
    const snapshots = (): readonly string[] =>
      walk
        .cloud()
        .filter(({ type }) => type === "aws:rds/snapshot:Snapshot")
        .map(({ id }) => id);
    const match = { type: logGroupType, name: "database-*", method: "delete" };
    const faults = walk.faults({ match, fault: "comes-back", times: 2 });
    await walk.done("destroy", "dev", "--rehearse", "--yes", "--faults", faults);
    expect(snapshots()).to.have.length(1);

    const told = await walk.done("preview", "dev", "--rehearse");
    for (const log of ["postgresql", "upgrade"]) {
      expect(told.stderr).to.contain(
        `The log group /aws/rds/instance/groundwork-dev-database/${log} is there already, and nobody's: AWS has made it again for the last lines of what was destroyed. \`./groundwork up dev --rehearse\` takes it over.`,
      );
    }
    const { calls } = await walk.watch(() => walk.done("up", "dev", "--rehearse", "--yes"));
    expect(
      calls.filter(({ type, ok }) => type === logGroupType && ok).map(({ method }) => method),
    ).to.include.members(["update", "update"]);
    expect(calls.filter(({ ok }) => !ok)).to.deep.equal([]);
    const retentions = walk
      .cloud()
      .filter(({ type, name }) => type === logGroupType && name.startsWith("database-"))
      .map(({ inputs }) => inputs["retentionInDays"]);
    expect(retentions).to.deep.equal([90, 90]);
    await walk.done("destroy", "dev", "--rehearse", "--yes");
    expect(new Set(snapshots()).size).to.equal(2);
    expect(snapshots().every((id) => /^groundwork-dev-users-final-[0-9a-f]{8}$/.test(id))).to.equal(true);
  });
});
