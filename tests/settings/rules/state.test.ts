import { expect } from "chai";
import { floors } from "../../../guard/floors";
import { changed, problemsOf, production, settingsOf, type Config } from "../support";

const right = {
  subscriptionId: "6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60",
  location: "westeurope",
  storageAccount: "exampledevstate",
};
const platform = { objectId: "0b8e5d3c-91f7-4a26-8c4d-5e2f7a9b1d03", type: "Group" };

function state(changes: Config = {}): Record<string, Config> {
  return { "groundwork:state": { ...right, ...changes } };
}

const problems = (changes: Config): readonly (readonly [string, string, string])[] =>
  problemsOf(changed(state(changes))).map(({ path, message, allowed }) => [
    path.replace("groundwork:state.", ""),
    message,
    allowed,
  ]);

describe("settings: state", () => {
  it("has defaults that keep much and let nobody in", () => {
    expect(settingsOf(changed(state())).sections.state).to.deep.equal({
      ...right,
      container: "state",
      redundancy: "Standard_GZRS",
      softDeleteDays: 90,
      versionDays: 365,
      allowedCidrBlocks: [],
      principals: {},
    });
    expect(problemsOf(production(state()))).to.deep.equal([]);
  });

  it("lets no people write the state of production, and takes a vault with a tenant alone", () => {
    const people = (type: string, role?: string): readonly string[] =>
      problemsOf(
        production(
          state({ principals: { some: { ...platform, type, ...(role !== undefined && { role }) } } }),
        ),
      ).map(({ path, message }) => `${path}: ${message}`);
    const where = "groundwork:state.principals.some.role";
    expect(people("Group")).to.deep.equal([
      `${where}: lets a group of people write the state of guard level production`,
    ]);
    expect(people("User", "contributor")).to.deep.equal([
      `${where}: lets a person write the state of guard level production`,
    ]);
    for (const [type, role] of [
      ["Group", "reader"],
      ["Group", "lockBreaker"],
      ["ServicePrincipal", "contributor"],
    ] as const)
      expect(people(type, role)).to.deep.equal([]);
    expect(problems({ principals: { some: platform } })).to.deep.equal([]);
    expect(problems({ keyVault: { name: "example-dev" } })).to.deep.equal([
      [
        "keyVault",
        "there is no tenantId beside it",
        "groundwork:state.tenantId, as `az account show` prints it",
      ],
    ]);
    expect(problems({ keyVault: { name: "example-dev" }, tenantId: right.subscriptionId })).to.deep.equal([]);
    for (const name of ["ab", "1abc", "a--b", "abc-", "a".repeat(25), "a_b"])
      expect(problems({ keyVault: { name }, tenantId: right.subscriptionId }), name).to.have.length(1);
  });

  it("refuses names that Azure does not take", () => {
    const account = "3 to 24 lower-case letters and digits";
    for (const name of ["ab", "a".repeat(25), "Example", "ex-ample", "ex_ample"]) {
      expect(problems({ storageAccount: name }), name).to.deep.equal([
        ["storageAccount", `found ${JSON.stringify(name)}`, account],
      ]);
    }
    for (const name of ["ab", "a--b", "-ab", "ab-", "State", "a_b", "a".repeat(64)]) {
      expect(problems({ container: name }), name).to.have.length(1);
    }
    for (const name of ["ends.", "", "with space", "a".repeat(91)]) {
      expect(problems({ resourceGroup: name }), name).to.have.length(1);
    }
    expect(problems({ container: "st-1", resourceGroup: "Pulumi_(state).1" })).to.deep.equal([]);
    expect(problems({ subscriptionId: "6A1F0C9E-2D4B-4E87-9F35-7B1C8D2E4A60" })).to.have.length(1);
    expect(problems({ location: "West Europe" })).to.have.length(1);
  });

  it("needs an account's name, which no default can give", () => {
    expect(problems({ storageAccount: undefined })).to.have.length(1);
    expect(problems({ sku: "Standard_LRS" })[0]?.[0]).to.equal("sku");
  });

  it("refuses networks that Azure does not take", () => {
    const found = (block: string): string | undefined => problems({ allowedCidrBlocks: [block] })[0]?.[1];
    expect(found("203.0.113.7")).to.equal(undefined);
    expect(found("198.51.100.0/24")).to.equal(undefined);
    expect(found("198.51.100.4/30")).to.equal(undefined);
    expect(found("203.0.113.7/32")).to.include("a block of one or two addresses, which Azure does not take");
    expect(found("203.0.113.6/31")).to.include("a block of one or two addresses");
    expect(found("198.51.100.7/24")).to.include(
      "has host bits set; the block that it lies in is 198.51.100.0/24",
    );
    expect(found("10.0.0.0/16")).to.include("is private, and Azure takes public addresses only");
    expect(found("192.168.1.1")).to.include("is private");
    for (const text of ["office", "203.0.113", "203.0.113.256", "203.0.113.0/33", "fd00::/64"]) {
      expect(found(text), text).to.include("is neither an IPv4 address nor a block");
    }
  });

  it("refuses to keep what was deleted or overwritten for less than the floor", () => {
    const production_ = (changes: Config): ReturnType<typeof problemsOf> =>
      problemsOf(production(state(changes)));
    expect(production_({ softDeleteDays: 29, versionDays: 29 })).to.deep.equal([
      {
        path: "groundwork:state.softDeleteDays",
        message: "found 29 at guard level production",
        allowed: "at least 30 days at guard level production",
        suggestion: floors.softDeletedBlobs.reason,
      },
      {
        path: "groundwork:state.versionDays",
        message: "found 29 at guard level production",
        allowed: "at least 30 days at guard level production",
        suggestion: floors.overwrittenObjects.reason,
      },
    ]);
    expect(production_({ softDeleteDays: 30, versionDays: 30 })).to.deep.equal([]);
    expect(problems({ softDeleteDays: 7, versionDays: 7 })).to.deep.equal([]);
    expect(problems({ softDeleteDays: 366 })).to.have.length(1);
  });

  it("refuses production in one building", () => {
    expect(problemsOf(production(state({ redundancy: "Standard_LRS" })))).to.deep.equal([
      {
        path: "groundwork:state.redundancy",
        message: 'found "Standard_LRS" at guard level production: all copies would be in one building',
        allowed: "a redundancy over zones, over regions, or both",
      },
    ]);
    expect(problems({ redundancy: "Standard_LRS" })).to.deep.equal([]);
  });

  it("refuses a principal under two names", () => {
    const principals = { platform, again: { ...platform, role: "reader" } };
    expect(problems({ principals })).to.deep.equal([
      [
        "principals.again.objectId",
        'is that of "platform" too',
        "each principal once: a contributor may read as well",
      ],
    ]);
    expect(problems({ principals: { platform: { ...platform, type: "Team" } } })).to.have.length(1);
  });

  it("refuses tags that Azure does not take, where there is anything in Azure", () => {
    const tags = { "groundwork:tags": { "cost/centre": "4711" } };
    expect(problemsOf(changed(tags))).to.deep.equal([]);
    expect(problemsOf(changed({ ...tags, ...state() }))).to.deep.equal([
      {
        path: 'groundwork:tags["cost/centre"]',
        message: '"cost/centre" has a slash, which Azure does not take in the name of a tag',
        allowed: "names without a slash in a stack with groundwork:state",
      },
    ]);
  });
});
