import { expect } from "chai";
import { changed, problemsOf, production, settingsOf, type Config } from "../support";

const repository = "example/infrastructure";
const ci = (changes: Config = {}): Record<string, Config> => ({
  "groundwork:ci": { repository, ...changes },
});
const boundary = {
  "groundwork:iam": { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary" },
};

describe("settings: CI", () => {
  it("needs a repository, and has defaults for the rest", () => {
    expect(settingsOf(changed(ci())).sections.ci).to.deep.equal({
      repository,
      branch: "main",
      regions: [],
      existingProvider: false,
      sessionHours: 4,
    });
  });

  it("takes a repository whole, with both numbers or none, and no wildcard", () => {
    const problems = (name: string): number => problemsOf(changed(ci({ repository: name }))).length;
    expect(["example/infrastructure", "example@12/infra.structure@345"].map(problems)).to.deep.equal([0, 0]);
    expect(
      [
        "example",
        "example/*",
        "*/infrastructure",
        "example@12/infrastructure",
        "example/a/b",
        "example/x:y",
      ].map(problems),
    ).to.deep.equal([1, 1, 1, 1, 1, 1]);
  });

  it("takes no wildcard for branch and environment", () => {
    expect(problemsOf(changed(ci({ branch: "release/*" })))).to.have.lengthOf(1);
    expect(problemsOf(changed(ci({ environment: "pro*" })))).to.have.lengthOf(1);
    expect(problemsOf(changed(ci({ branch: "release/4.x", environment: "prod" })))).to.deep.equal([]);
  });

  it("has a boundary at guard level production", () => {
    expect(problemsOf(production(ci()))).to.deep.equal([
      {
        path: "groundwork:ci",
        message:
          "its role `apply` makes roles, and could make one that may do everything in the account of guard level production",
        allowed:
          "the section beside groundwork:iam.permissionsBoundaryArn, the ARN of a managed policy that none of them can go beyond",
      },
    ]);
    expect(problemsOf(production({ ...ci(), ...boundary }))).to.deep.equal([]);
  });

  it("is no principal of the cluster by hand: its roles have their entries", () => {
    const cluster = (role: string): Record<string, Config> => ({
      "groundwork:cluster": {
        version: "1.35",
        apiAccess: { publicCidrBlocks: ["203.0.113.0/24"] },
        accessEntries: {
          deploy: { principalArn: `arn:aws:iam::123456789012:role/${role}`, policy: "clusterAdmin" },
        },
        nodeGroups: { default: { instanceTypes: ["m7i.large"], minSize: 2, desiredSize: 2, maxSize: 4 } },
      },
    });
    expect(problemsOf(changed({ ...cluster("deploy"), ...ci() }))).to.deep.equal([]);
    expect(problemsOf(changed({ ...cluster("groundwork-dev-ci-apply"), ...ci() }))).to.deep.equal([
      {
        path: "groundwork:cluster.accessEntries.deploy.principalArn",
        message: "is a role of groundwork:ci, which has its entry by itself",
        allowed: "the roles of others",
      },
    ]);
  });

  it("is for another stack in a file without that stack's state alone", () => {
    const state = {
      "groundwork:state": {
        subscriptionId: "6a1f0c9e-2d4b-4e87-9f35-7b1c8d2e4a60",
        location: "westeurope",
        storageAccount: "exampledevstate",
      },
    };
    expect(problemsOf(changed(ci({ stack: "acme" })))).to.deep.equal([]);
    expect(problemsOf(changed({ ...ci({ stack: "acme" }), ...state }))).to.deep.equal([
      {
        path: "groundwork:ci.stack",
        message:
          'is "acme", and groundwork:state beside it would give CI identities for the state of this stack',
        allowed: "groundwork:ci for another stack in a file without groundwork:state",
      },
    ]);
  });
});
