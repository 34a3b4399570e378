import { expect } from "chai";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seed } from "../../rehearsal/cloud/seed";
import { CloudStore, fileName, type CloudRecord } from "../../rehearsal/cloud/store";

const vpc: CloudRecord = {
  package: "aws",
  type: "aws:ec2/vpc:Vpc",
  id: "vpc-0123456789abcdef0",
  name: "main",
  inputs: { cidrBlock: "10.0.0.0/16" },
  outputs: { cidrBlock: "10.0.0.0/16", arn: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0123456789abcdef0" },
  createdAt: "2026-01-01T00:00:00.000Z",
  scope: "111122223333/eu-west-1",
};

describe("rehearsal: the cloud's files", () => {
  let folder: string;
  let store: CloudStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-store-"));
    store = new CloudStore(join(folder, "cloud"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, content: unknown): string => {
    const path = join(folder, "cloud", name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };

  it("are one readable JSON file a resource, for its owner's eyes only", () => {
    expect(store.create(vpc)).to.equal(true);
    expect(readdirSync(join(folder, "cloud"))).to.deep.equal([
      "aws.ec2.Vpc.vpc-0123456789abcdef0@111122223333.eu-west-1.json",
    ]);
    const path = join(folder, "cloud", fileName(vpc));
    expect(JSON.parse(readFileSync(path, "utf8"))).to.deep.equal(vpc);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it("are not made twice for one id, and are for one id in two places", () => {
    store.create(vpc);
    expect(store.create(vpc)).to.equal(false);
    expect(store.create({ ...vpc, scope: "111122223333/us-east-1" })).to.equal(true);
    expect(store.all()).to.have.length(2);
  });

  it("are made by one of two processes that make them at the same moment", () => {
    // The other one's file, before anybody could have read from it what it is.
    write(fileName(vpc), { ...vpc, id: "not yet known" });
    expect(store.create(vpc)).to.equal(false);
  });

  it("of what only waits for its deletion lie in a folder beside, and are found all the same", () => {
    const going = { ...vpc, type: "aws:kms/key:PendingDeletion", id: "0a1b2c3d" };
    expect(store.create(going)).to.equal(true);
    expect(readdirSync(join(folder, "cloud"))).to.deep.equal([]);
    expect(readdirSync(join(folder, "pending-deletion"))).to.deep.equal([
      "aws.kms.PendingDeletion.0a1b2c3d@111122223333.eu-west-1.json",
    ]);
    expect(store.find(going.type, going.id, going.scope)).to.deep.equal(going);
    expect(store.create(going)).to.equal(false);
    store.replace({ ...going, name: "again" });
    expect(store.all().map(({ name }) => name)).to.deep.equal(["again"]);
    store.remove(going);
    expect(store.all()).to.deep.equal([]);
  });

  it("have names of their own for ids that differ only in what file names do not like", () => {
    const ids = ["https://sqs/a/b", "https://sqs/a-b", "https://sqs/a:b"];
    const names = ids.map((id) => fileName({ type: "aws:sqs/queue:Queue", id, scope: "" }));
    expect(new Set(names).size).to.equal(3);
    for (const name of names) expect(name).to.match(/^aws\.sqs\.Queue\.a-b~[0-9a-f]{16}\.json$/);
    expect(fileName({ type: "aws:iam/policy:Policy", id: "x".repeat(400), scope: "" }).length).to.be.lessThan(
      200,
    );
  });

  it("are read anew when somebody edits, adds or removes one", () => {
    store.create(vpc);
    const path = join(folder, "cloud", fileName(vpc));
    writeFileSync(path, JSON.stringify({ ...vpc, outputs: { ...vpc.outputs, cidrBlock: "10.1.0.0/16" } }));
    expect(store.find(vpc.type, vpc.id, vpc.scope)?.outputs["cidrBlock"]).to.equal("10.1.0.0/16");
    write("mine.json", { type: vpc.type, id: "vpc-mine", inputs: { cidrBlock: "10.9.0.0/16" } });
    expect(store.ofType(vpc.type).map(({ id }) => id)).to.have.members([vpc.id, "vpc-mine"]);
    rmSync(path);
    expect(store.find(vpc.type, vpc.id, vpc.scope)).to.equal(undefined);
  });

  it("may be called anything when a person writes them, and stay where they are when they change", () => {
    write("mine.json", { type: vpc.type, id: "vpc-mine", inputs: { cidrBlock: "10.9.0.0/16" } });
    const found = store.find(vpc.type, "vpc-mine", "111122223333/eu-west-1");
    expect(found).to.deep.include({
      name: "vpc-mine",
      package: "aws",
      outputs: { cidrBlock: "10.9.0.0/16" },
      scope: "",
    });
    expect(store.create({ ...vpc, id: "vpc-mine", scope: "" })).to.equal(false);
    if (!found) throw new Error("not found");
    store.replace({ ...found, outputs: { changed: true } });
    expect(readdirSync(join(folder, "cloud"))).to.deep.equal(["mine.json"]);
    store.remove(found);
    expect(readdirSync(join(folder, "cloud"))).to.deep.equal([]);
  });

  it("say which of them is broken", () => {
    const path = write("broken.json", "{");
    expect(() => store.all()).to.throw(`${path} is not JSON`);
    write("broken.json", {});
    expect(() => store.all()).to.throw(`${path} has no "type" and "id".`);
  });

  it("are seen by another process, and by one that starts later", () => {
    const other = new CloudStore(join(folder, "cloud"));
    store.create(vpc);
    expect(other.find(vpc.type, vpc.id, vpc.scope)).to.deep.equal(vpc);
    other.remove(vpc);
    expect(store.all()).to.deep.equal([]);
  });

  it("can be there from the start, from a list that leaves alone what is there", () => {
    const path = join(folder, "seed.yaml");
    writeFileSync(path, "- {type: 'aws:ec2/vpc:Vpc', id: vpc-1, inputs: {cidrBlock: 10.0.0.0/16}}\n");
    seed(store, path);
    seed(store, path);
    expect(store.all().map(({ id, outputs }) => [id, outputs])).to.deep.equal([
      ["vpc-1", { cidrBlock: "10.0.0.0/16" }],
    ]);
    writeFileSync(path, "- {id: vpc-1}\n");
    expect(() => {
      seed(store, path);
    }).to.throw('entry 1 has no "type" and "id"; both are needed.');
  });
});
