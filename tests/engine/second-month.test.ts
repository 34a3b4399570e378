import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { wordsOf } from "../support/printed-commands";
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

  it("is no mistake of a person: what grew changes nothing, what was upgraded is named with the value to write, and a command writes it", async () => {
    walk.move(databaseType, { allocatedStorage: 45, engineVersion: "16.13", engineVersionActual: "16.13" });
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

  it("is destroyed, stood up and destroyed again with the same settings, and leaves a last snapshot of each life; log groups that came back are taken over by the line that the failure prints", async () => {
    const snapshots = (): readonly string[] =>
      walk
        .cloud()
        .filter(({ type }) => type === "aws:rds/snapshot:Snapshot")
        .map(({ id }) => id);
    const match = { type: logGroupType, name: "database-*", method: "delete" };
    const faults = walk.faults({ match, fault: "comes-back", times: 2 });
    await walk.done("destroy", "dev", "--rehearse", "--yes", "--faults", faults);
    expect(snapshots()).to.have.length(1);

    // The engine may stop at the first of the two, and meet the second in the next run.
    const taken = new Set<string>();
    let next = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    for (let run = 0; run < 2 && next.exitCode === 1; run++) {
      expect(next.stderr).to.contain("ResourceAlreadyExistsException");
      const lines = [...next.stderr.matchAll(/`\.\/groundwork (exec --rehearse -- pulumi import [^`]+)`/g)];
      for (const [, line = ""] of lines) {
        await walk.done(...wordsOf(line), "--yes");
        taken.add(line);
      }
      next = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    }
    expect(next.exitCode, next.stderr).to.equal(0);
    expect(taken.size).to.equal(2);
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
