import { expect } from "chai";
import { changed, problemsOf, type Config } from "../support";

const network = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:network": change }));
const database = (change: Config): ReturnType<typeof problemsOf> =>
  problemsOf(changed({ "groundwork:database": change }));

describe("settings rules: addresses", () => {
  it("refuses a VPC wider than /16", () => {
    expect(network({ cidrBlock: "10.0.0.0/15" })).to.deep.equal([
      {
        path: "groundwork:network.cidrBlock",
        message: '"10.0.0.0/15" is a /15',
        allowed: "a block from /16 to /28",
      },
    ]);
  });

  it("refuses a VPC narrower than /28, and subnets that do not fit it", () => {
    const paths = network({ cidrBlock: "10.0.0.0/29" }).map(({ path }) => path);
    expect(paths).to.deep.equal([
      "groundwork:network.cidrBlock",
      "groundwork:network.databaseSubnets[0]",
      "groundwork:network.databaseSubnets[1]",
      "groundwork:network.privateSubnets[0]",
      "groundwork:network.privateSubnets[1]",
      "groundwork:network.publicSubnets[0]",
      "groundwork:network.publicSubnets[1]",
    ]);
  });

  it("refuses a VPC in addresses that belong to somebody", () => {
    const [problem, ...rest] = network({
      cidrBlock: "8.8.0.0/16",
      publicSubnets: ["8.8.0.0/24"],
      privateSubnets: ["8.8.1.0/24"],
      databaseSubnets: ["8.8.2.0/24", "8.8.3.0/24"],
    });
    expect(rest).to.deep.equal([]);
    expect(problem).to.deep.equal({
      path: "groundwork:network.cidrBlock",
      message: '"8.8.0.0/16" is publicly routable: its real owners would become unreachable',
      allowed: "a block inside one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
    });
  });

  it("refuses a subnet outside the VPC", () => {
    expect(network({ publicSubnets: ["10.0.0.0/24", "10.1.1.0/24"] })).to.deep.equal([
      {
        path: "groundwork:network.publicSubnets[1]",
        message: '"10.1.1.0/24" does not lie inside the VPC\'s block 10.0.0.0/16',
        allowed: "a block inside 10.0.0.0/16",
      },
    ]);
  });

  it("refuses a subnet narrower than /28", () => {
    expect(network({ publicSubnets: ["10.0.0.0/24", "10.0.1.0/29"] })).to.deep.equal([
      {
        path: "groundwork:network.publicSubnets[1]",
        message: '"10.0.1.0/29" is a /29',
        allowed: "a block from /16 to /28",
      },
    ]);
    expect(network({ publicSubnets: ["10.0.0.0/24", "10.0.1.0/28"] })).to.deep.equal([]);
  });

  it("refuses subnets of different tiers that overlap, in whichever of the two the wider one is", () => {
    expect(network({ privateSubnets: ["10.0.8.0/24", "10.0.4.0/22"] })).to.deep.equal([
      {
        path: "groundwork:network.databaseSubnets[0]",
        message: '"10.0.4.0/24" overlaps 10.0.4.0/22 at privateSubnets[1]',
        allowed: "blocks that share no address, over all tiers",
      },
      {
        path: "groundwork:network.databaseSubnets[1]",
        message: '"10.0.5.0/24" overlaps 10.0.4.0/22 at privateSubnets[1]',
        allowed: "blocks that share no address, over all tiers",
      },
    ]);
    expect(
      network({ databaseSubnets: ["10.0.8.0/24", "10.0.2.0/23"] }).map(({ path }) => path),
    ).to.deep.equal(["groundwork:network.databaseSubnets[1]"]);
  });

  it("refuses the same subnet twice in one tier", () => {
    expect(network({ publicSubnets: ["10.0.0.0/24", "10.0.0.0/24"] })).to.deep.equal([
      {
        path: "groundwork:network.publicSubnets[1]",
        message: '"10.0.0.0/24" overlaps 10.0.0.0/24 at publicSubnets[0]',
        allowed: "blocks that share no address, over all tiers",
      },
    ]);
  });

  it("judges subnets on both sides of one that is no block at all", () => {
    const found = network({ publicSubnets: ["10.1.0.0/24", "somewhere"], privateSubnets: ["10.0.4.0/24"] });
    expect(found.map(({ path, message }) => `${path}: ${message}`)).to.deep.equal([
      'groundwork:network.databaseSubnets[0]: "10.0.4.0/24" overlaps 10.0.4.0/24 at privateSubnets[0]',
      'groundwork:network.publicSubnets[0]: "10.1.0.0/24" does not lie inside the VPC\'s block 10.0.0.0/16',
      'groundwork:network.publicSubnets[1]: found "somewhere"',
    ]);
  });

  it("refuses a database that is open to the world", () => {
    expect(database({ allowedCidrBlocks: ["10.0.0.0/24", "0.0.0.0/0"] })).to.deep.equal([
      {
        path: "groundwork:database.allowedCidrBlocks[1]",
        message: '"0.0.0.0/0" opens the database to the world',
        allowed: "a block no wider than /8; best the subnets of those who need it",
      },
    ]);
  });

  it("refuses a database that is open to half of the world", () => {
    expect(database({ allowedCidrBlocks: ["128.0.0.0/1"] })).to.deep.equal([
      {
        path: "groundwork:database.allowedCidrBlocks[0]",
        message: '"128.0.0.0/1" opens the database to 2147483648 addresses',
        allowed: "a block no wider than /8; best the subnets of those who need it",
      },
    ]);
    expect(database({ allowedCidrBlocks: ["10.0.0.0/8", "192.0.2.7/32"] })).to.deep.equal([]);
  });

  it("refuses the world of IPv6, for which there is no rule to make", () => {
    expect(database({ allowedCidrBlocks: ["::/0"] })).to.deep.equal([
      {
        path: "groundwork:database.allowedCidrBlocks[0]",
        message: 'found "::/0"',
        allowed: "an IPv4 block in CIDR notation with no host bits set",
      },
    ]);
  });
});
