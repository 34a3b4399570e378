import { expect } from "chai";
import { explainSetting } from "../../settings/explain";

describe("the explanation of a setting", () => {
  it("says what it is, what is allowed, its default and why, and what its changes did when they were tried", () => {
    expect(
      explainSetting("database.multiAz", {
        "database.multiAz": [{ change: "to true", verdict: "in place" }],
      }),
    ).to.deep.equal({
      setting: "database.multiAz",
      about: {
        description:
          "A standby in another zone that takes over by itself. Required at guard level production.",
        allowed: "Allowed: true or false.",
        byDefault: "Default: `false`.",
        why: "It doubles the price, which a development environment rarely earns back.",
        examples: undefined,
        changed: "in place",
      },
      keys: [],
    });
  });

  it("finds entries of a mapping by any name, items of a list by none, and the account's own keys", () => {
    const settingOf = (name: string): unknown =>
      (explainSetting(name, {}) as { readonly setting?: string }).setting;
    expect(settingOf("groundwork:workloads.frontend.image")).to.equal("workloads.*.image");
    expect(settingOf("cluster.nodeGroups.default.taints.key")).to.equal("cluster.nodeGroups.*.taints[].key");
    expect(settingOf("aws:region")).to.equal("aws.region");
    expect(settingOf("network.vpcId")).to.equal("network.vpcId");
  });

  it("of one that there is not says how far the name is known, and which is near", () => {
    expect(explainSetting("database.engineVersoin", {})).to.deep.include({
      known: "database",
      near: "engineVersion",
    });
    expect(explainSetting("nothing.at.all", {})).to.deep.include({ known: "", near: undefined });
    expect(explainSetting("database.multiAz.more", {})).to.deep.equal({
      known: "database.multiAz",
      keys: [],
      near: undefined,
    });
  });
});
