import { expect } from "chai";
import { refusal, rehearsedAws, type RehearsedProvider } from "../support/rehearsed-cloud";

const vaultType = "aws:backup/vault:Vault";
const lockType = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const planType = "aws:backup/plan:Plan";
const selectionType = "aws:backup/selection:Selection";

describe("rehearsal: AWS Backup", () => {
  let aws: RehearsedProvider<unknown>;
  beforeEach(() => {
    aws = rehearsedAws();
  });
  afterEach(() => {
    aws.remove();
  });

  it("knows a vault by its name in its region, and two of one name in two regions", async () => {
    const made = await aws.create(vaultType, "a", { name: "users" });
    expect(made.outputs["arn"]).to.equal("arn:aws:backup:eu-west-1:111122223333:backup-vault:users");
    expect(await refusal(aws.create(vaultType, "b", { name: "users" }))).to.include(
      "same name already exists",
    );
    const other = await aws.create(vaultType, "c", { name: "users", region: "eu-central-1" });
    expect(other.outputs["arn"]).to.equal("arn:aws:backup:eu-central-1:111122223333:backup-vault:users");
  });

  it("locks a vault that is there, and lets nobody take a lock off once nobody can", async () => {
    const wanted = { backupVaultName: "users", minRetentionDays: 7 };
    expect(await refusal(aws.create(lockType, "l", wanted))).to.include(
      "Cannot find Backup vault with name users",
    );
    await aws.create(vaultType, "a", { name: "users" });
    expect(await refusal(aws.create(lockType, "l", { ...wanted, changeableForDays: 2 }))).to.include(
      "expected changeable_for_days to be at least (3), got 2",
    );
    const lock = await aws.create(lockType, "l", { ...wanted, changeableForDays: 3 });
    const [record] = aws.records(lockType);
    if (record === undefined) throw new Error("no lock");
    aws.cloud.store.replace({ ...record, outputs: { ...record.outputs, lockDate: "2020-01-01T00:00:00Z" } });
    expect(await refusal(aws.delete(lock))).to.include("it is in compliance mode and its grace time is over");
    aws.cloud.store.replace(record);
    await aws.delete(lock);
    expect(aws.records(lockType)).to.deep.equal([]);
  });

  it("makes a plan for a vault that is there, and keeps it while something is selected", async () => {
    const rules = [{ ruleName: "copies", targetVaultName: "users" }];
    expect(await refusal(aws.create(planType, "p", { name: "users", rules }))).to.include(
      "Cannot find Backup vault with name users",
    );
    await aws.create(vaultType, "a", { name: "users" });
    const plan = await aws.create(planType, "p", { name: "users", rules });
    const iamRoleArn = "arn:aws:iam::111122223333:role/backups";
    const selection = await aws.create(selectionType, "s", { name: "users", planId: plan.id, iamRoleArn });
    expect(await refusal(aws.delete(plan))).to.include("selections must be deleted prior");
    await aws.delete(selection);
    await aws.delete(plan);
  });
});
