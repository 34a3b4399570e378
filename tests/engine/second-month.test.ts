import { expect } from "chai";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fileName } from "../../rehearsal/cloud/store";
import { Walk } from "./support/walk";

const databaseType = "aws:rds/instance:Instance";
const managed = { GuardDutyManaged: "true" };
const scope = "482913067251/eu-west-1";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

describe("a database that the cloud moves, destroyed and stood up again", () => {
  let walk: Walk;
  before(async () => {
    walk = Walk.whole();
    walk.edit("dev", (settings) => {
      settings.keepOnly("network", "database", "reports", "messaging", "users", "state");
      settings.remove("database", ["bootstrap"]);
      settings.set("database", ["engineVersion"], "16.11");
      settings.set("guard", ["level"], "disposable");
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
  });

  const stackFile = (): string => readFileSync(path.join(walk.project, "Pulumi.dev.yaml"), "utf8");

  it("is no mistake of a person: what grew changes nothing, what was upgraded is named with the value to write, and a command writes it", async () => {
    const moves = walk.weather({ events: [{ event: "storage-grows" }, { event: "minor-is-forced" }] });
    const unseen = await walk.groundwork(
      ...["preview", "dev", "--rehearse", "--expect-no-changes", "--weather", moves],
    );
    expect(unseen.exitCode, unseen.stdout).to.equal(0);
    expect(unseen.stderr)
      .to.contain("Weather: storage-grows: database: its storage has grown from 20 to 30 GiB.\n")
      .and.to.contain("Weather: minor-is-forced: database: RDS has upgraded it from 16.11 to 16.13.\n");
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
    writeFileSync(file, JSON.stringify({ package: "aws", type, id, name, inputs, outputs: inputs, scope }));
  }

  const ofGuardDuty = (type: string): ReturnType<Walk["cloud"]> =>
    walk.cloud().filter((one) => one.type === type && isDeepStrictEqual(one.inputs["tags"], managed));

  const idOf = (type: string): string => walk.cloud().find((one) => one.type === type)?.id ?? "";

  it("is not destroyed while others have something in its network, and each is named with the line that removes it", async () => {
    const vpcId = idOf("aws:ec2/vpc:Vpc");
    const subnetId = idOf("aws:ec2/subnet:Subnet");
    const ours = idOf("aws:ec2/securityGroup:SecurityGroup");
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

    const arrives = walk.weather({ events: [{ event: "guardduty-arrives" }] });
    const { result, calls } = await walk.watch(() =>
      walk.groundwork("destroy", "dev", "--rehearse", "--yes", "--json", "--weather", arrives),
    );
    const [endpoint] = ofGuardDuty("aws:ec2/vpcEndpoint:VpcEndpoint");
    const [group] = ofGuardDuty("aws:ec2/securityGroup:SecurityGroup");
    expect(result.exitCode, result.stderr).to.equal(3);
    expect(calls).to.deep.equal([]);
    const { leftovers } = JSON.parse(result.stdout) as {
      readonly leftovers: readonly { readonly kind: string; readonly id: string; readonly remove: string }[];
    };
    expect(leftovers.map(({ kind, id }) => [kind, id])).to.have.deep.members([
      ["final snapshot", taken],
      ["VPC endpoint (com.amazonaws.eu-west-1.guardduty-data)", endpoint?.id],
      [`security group (GuardDutyManagedSecurityGroup-${vpcId})`, group?.id],
      ["peering", "pcx-0aaaaaaaaaaaaaaaa"],
      ["machine", "i-0aaaaaaaaaaaaaaaa"],
      ["Lambda function", "resize"],
      ["network interface", "eni-0aaaaaaaaaaaaaaaa"],
    ]);
    expect(leftovers.map(({ remove }) => remove)).to.include(
      `aws ec2 delete-vpc-endpoints --region eu-west-1 --vpc-endpoint-ids ${endpoint?.id ?? ""}`,
    );
    const folder = path.join(walk.rehearsal, "cloud");
    for (const name of ["resize", "peering", "machine", "interface", "snapshot"]) {
      rmSync(path.join(folder, `${name}.json`));
    }
    for (const { type, id } of [endpoint, group].filter((one) => one !== undefined)) {
      rmSync(path.join(folder, fileName({ type, id, scope })));
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

  it("ends where the account may have no more, prints the call that asks for it, and stands a third time once there is more", async () => {
    const few = walk.weather({ quotas: [{ quota: "L-0263D0A3", value: 0 }] });
    const starved = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--weather", few);
    expect(starved.exitCode).to.equal(1);
    expect(starved.stderr)
      .to.contain("api error AddressLimitExceeded: The maximum number of addresses has been reached.")
      .and.to.contain(
        'network-nat-eu-west-1a: A quota is used up. It is "EC2-VPC Elastic IPs" (L-0263D0A3) in eu-west-1, and the same call ends the same way',
      )
      .and.to.contain(
        "`aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value NUMBER --region eu-west-1`",
      )
      .and.to.match(
        /Or ask for less in groundwork:network\S* \(Pulumi\.dev\.yaml:\d+\); then `\.\/groundwork up dev --rehearse` continues from here\./,
      );
    const more = walk.weather({ quotas: [{ quota: "L-0263D0A3", value: 5 }] });
    const again = await walk.groundwork("up", "dev", "--rehearse", "--yes", "--weather", more);
    expect(again.exitCode, again.stderr).to.equal(0);
    const standing = walk.cloud().map(({ type }) => type);
    for (const type of [
      databaseType,
      "aws:s3/bucket:Bucket",
      "aws:dynamodb/table:Table",
      "aws:sqs/queue:Queue",
    ]) {
      expect(standing).to.include(type);
    }
  });
});
