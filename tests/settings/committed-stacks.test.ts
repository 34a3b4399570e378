import { Region } from "@pulumi/aws/types/enums";
import { expect } from "chai";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { awsRegions } from "../../settings/aws-regions";
import { parseBlock, overlap } from "../../settings/ip-blocks";
import type { StackSettings } from "../../settings/load";
import { sectionNames } from "../../settings/schema";
import { loadStackFile } from "../../settings/stack-file";

const projectDirectory = path.join(__dirname, "..", "..");

const load = (stack: string): StackSettings =>
  loadStackFile(
    path.join(projectDirectory, `Pulumi.${stack}.yaml`),
    { project: "groundwork", stack },
    // None can be committed: there is no key that they could be encrypted with.
    { secretsAreSupplied: true },
  );

describe("the committed stacks", () => {
  it("have every section that there is, dev without machines of metal, logs of accesses and keys of its own", () => {
    const ofProdAlone = ["accessLogs", "encryption", "metalWorkers"];
    for (const stack of ["dev", "prod"]) {
      expect(Object.keys(load(stack).sections).sort()).to.deep.equal(
        sectionNames.filter((name) => stack === "prod" || !ofProdAlone.includes(name)).sort(),
      );
    }
  });

  it("live in accounts of their own", () => {
    const [dev, prod] = [load("dev").context, load("prod").context];
    expect(dev).to.deep.equal({
      project: "groundwork",
      stack: "dev",
      accountId: "482913067251",
      region: "eu-west-1",
      guardLevel: "development",
      releases: { amazonLinux: "2023.12.20261021.0" },
    });
    expect(prod).to.deep.equal({
      ...dev,
      stack: "prod",
      accountId: "730164928835",
      guardLevel: "production",
      iam: { path: "/", permissionsBoundaryArn: "arn:aws:iam::730164928835:policy/groundwork-boundary" },
      releases: { amazonLinux: "2023.12.20261021.0", ubuntu: "24.04-20261004" },
    });
  });

  it("share neither addresses nor a bucket", () => {
    const [dev, prod] = [load("dev").sections, load("prod").sections];
    const block = ({ network }: StackSettings["sections"]): ReturnType<typeof parseBlock> =>
      network !== undefined && "cidrBlock" in network ? parseBlock(network.cidrBlock) : undefined;
    const [devBlock, prodBlock] = [block(dev), block(prod)];
    if (devBlock === undefined || prodBlock === undefined) {
      throw new Error("A committed stack has no network of its own.");
    }
    expect(overlap(devBlock, prodBlock)).to.equal(false);
    expect(dev.reports?.bucket.name).to.not.equal(prod.reports?.bucket.name);
  });

  it("protect production harder, in more zones", () => {
    const [dev, prod] = [load("dev").sections, load("prod").sections];
    expect(prod.database?.multiAz).to.equal(true);
    expect(prod.database?.backupRetentionDays).to.be.at.least(14);
    expect(prod.database?.backupRetentionDays).to.be.greaterThan(
      dev.database?.backupRetentionDays ?? Infinity,
    );
    expect(prod.network).to.deep.include({ natGateways: "perZone" });
    expect(prod.network).to.have.property("availabilityZones").with.lengthOf(3);
    expect(dev.network).to.have.property("availabilityZones").with.lengthOf(2);
  });

  it("say what machines run once, and not at each machine", () => {
    for (const stack of ["dev", "prod"]) {
      const text = fs.readFileSync(path.join(projectDirectory, `Pulumi.${stack}.yaml`), "utf8");
      expect(text.match(/\b2023\.\d+\.\d{8}\.\d+/g), stack).to.have.lengthOf(1);
    }
  });

  it("let no resource reach the credentials that happen to be there", () => {
    for (const stack of ["dev", "prod"]) {
      const text = fs.readFileSync(path.join(projectDirectory, `Pulumi.${stack}.yaml`), "utf8");
      const { config } = parse(text) as { readonly config: Readonly<Record<string, unknown>> };
      expect(config["pulumi:disable-default-providers"]).to.deep.equal(["aws", "azure-native", "kubernetes"]);
    }
  });

  it("have all their configuration in their own files, where it is judged: none in Pulumi.yaml", () => {
    const project = parse(fs.readFileSync(path.join(projectDirectory, "Pulumi.yaml"), "utf8")) as object;
    expect(project).to.have.property("name", "groundwork");
    expect(project).to.not.have.property("config");
    expect(project).to.not.have.property("stackConfigDir");
  });
});

describe("the known regions", () => {
  it("are those that the AWS package knows, of the commercial partition, and none twice", () => {
    const commercial = Object.values(Region).filter((region) => !/^(cn|us-gov|.*-iso)/.test(region));
    expect(awsRegions).to.include.members(commercial);
    expect(new Set(awsRegions).size).to.equal(awsRegions.length);
  });
});
