import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Failure } from "../../../operations/plan/failure";
import { failureKinds, failurePage, kindOfFailure, waysOn } from "../../../operations/plan/failure-kinds";
import { tellingErrors } from "../../../operations/plan/held-run";
import { settingAt } from "../../../operations/plan/setting-paths";
import { quotas } from "../../../rehearsal/catalogue/quotas/aws-quotas";
import type { Quota } from "../../../rehearsal/catalogue/quotas/quota";
import type { Values } from "../../../rehearsal/interpreter/values";
import { devStack } from "../fixtures";
import { said } from "./failure-words";
import { anchorsOf, failuresPage, pageFile } from "./failures-page";

const messaging = "urn:pulumi:dev::groundwork::groundwork:messaging:Messaging";
const aws = "urn:pulumi:dev::groundwork::pulumi:providers:aws::aws";

interface Seen {
  readonly said: string;
  readonly type?: string;
  readonly op?: StepEventMetadata["op"];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

function failure({ said, type = "aws:sqs/queue:Queue", op = "create", inputs = {} }: Seen): Failure {
  const urn = `${messaging}$${type}::thing`;
  const state = { type, urn, parent: `${messaging}::messaging`, provider: `${aws}::1234`, inputs };
  return {
    urn,
    message: said,
    call: "./groundwork up dev",
    stack: "dev",
    place: devStack.settings.context,
    step: { op, urn, type, new: state, provider: aws } as unknown as StepEventMetadata,
    settingAt: (setting) => settingAt(devStack.settingsFile, setting),
  };
}

const goesOn = "`./groundwork up dev` again continues from here.";

describe("what an error means", () => {
  it("is told of every kind that there is, by somebody's real words", () => {
    expect(Object.keys(said)).to.deep.equal(failureKinds.map(({ name }) => name));
    expect(Object.values(said).filter((all) => all.length === 0)).to.deep.equal([]);
    const ofClouds = Object.values(said).filter((all) => all.some(({ source }) => source !== undefined));
    expect(ofClouds.length).to.be.at.least(30);
  });

  for (const [kind, all] of Object.entries(said)) {
    it(`is told by what the cloud says: ${kind}`, () => {
      expect(all.map(({ words }) => kindOfFailure({ message: words }).name)).to.deep.equal(
        all.map(() => kind),
      );
    });
  }

  it("is something that the same call mends in these kinds alone", () => {
    const mended = Object.entries(said)
      .filter(([, [first]]) => waysOn([failure({ said: first?.words ?? "" })]).includes(goesOn))
      .map(([kind]) => kind);
    expect(mended).to.deep.equal(["throttled", "transient", "interrupted"]);
  });

  it("ends with the page that says more of it, each once; and one way on is said once", () => {
    const all = ["Rate exceeded", "i/o timeout", "Rate exceeded"].map((one) => failure({ said: one }));
    expect(waysOn(all)).to.deep.equal([
      goesOn,
      "More: docs/failures.md#throttled, docs/failures.md#transient",
    ]);
  });

  it("is on the page of failures, which is made of the table", async () => {
    const written = readFileSync(pageFile, "utf8");
    expect(written, "npx tsx tests/operations/plan/failures-page.ts").to.equal(await failuresPage());
    const anchors = new Set(anchorsOf(written));
    expect(failureKinds.filter((kind) => !anchors.has(failurePage(kind).split("#")[1] ?? ""))).to.deep.equal(
      [],
    );
  });

  it("leads to runbooks that are there, with their anchors", () => {
    const docs = path.join(__dirname, "../../../docs");
    const dead = failureKinds.filter(({ runbook = "failures.md" }) => {
      const [file = "", anchor] = runbook.split("#");
      const page = path.join(docs, file);
      return (
        !existsSync(page) || (anchor !== undefined && !anchorsOf(readFileSync(page, "utf8")).includes(anchor))
      );
    });
    expect(dead.map(({ name, runbook }) => `${name}: ${runbook ?? ""}`)).to.deep.equal([]);
  });
});

describe("the way on from a denial", () => {
  const way = (kind: string): string => waysOn([failure({ said: said[kind]?.[0]?.words ?? "" })])[0] ?? "";

  it("names the action, who was denied it, and on what", () => {
    expect(way("denied")).to.equal(
      "thing: These credentials may not do what the error names. Have sqs:createqueue allowed to arn:aws:iam::1:user/ann on " +
        "arn:aws:sqs:eu-west-1:1:dev_mail, or use others; then `./groundwork up dev` continues from here.",
    );
    expect(way("denied by Azure")).to.contain(
      "Have Microsoft.Resources/subscriptions/resourcegroups/read allowed to ann on /subscriptions/1/resourcegroups/state, or use others " +
        "(`az role assignment create`)",
    );
  });

  it("is the call that opens the code, where AWS says no more", () => {
    expect(way("denied, and why in a code")).to.contain(
      "`aws sts decode-authorization-message --encoded-message CODE",
    );
  });

  it("says just what the error says where that is less", () => {
    expect(waysOn([failure({ said: "api error AccessDenied: Access Denied" })])[0]).to.contain(
      "Have it allowed what the error names, or use other credentials of this account; then",
    );
  });
});

describe("the way on from what exists already", () => {
  const way = (seen: Omit<Seen, "said">): string =>
    waysOn([failure({ said: "already exists", ...seen })]).join("\n");

  it("is the line that takes it over, with its id, its parent and its provider", () => {
    expect(way({ inputs: { name: "dev_mail" } })).to.contain(
      "`./groundwork exec -- pulumi import aws:sqs/queue:Queue thing https://sqs.eu-west-1.amazonaws.com/482913067251/dev_mail " +
        `--parent 'parent=${messaging}::messaging' --provider 'provider=${aws}' --generate-code=false --stack dev\` takes it over, ` +
        "then `./groundwork up dev` continues from here.",
    );
  });

  it("shows what an id of its type looks like where the cloud gives it", () => {
    const text = way({ type: "aws:ec2/securityGroup:SecurityGroup", inputs: { name: "dev" } });
    expect(text)
      .to.contain("SecurityGroup thing ID ")
      .and.to.contain("(ID: the cloud's own, such as sg-903004f8)");
  });

  it("is another name where what is replaced has it until it is gone", () => {
    const text = way({ op: "create-replacement", inputs: { name: "dev_mail" } });
    expect(text)
      .to.contain("The one that it is to replace has this name")
      .and.to.not.contain("pulumi import");
  });
});

describe("the way on from a quota that is used up", () => {
  const way = (quota: Quota, inputs: Seen["inputs"], type = quota.types[0] ?? ""): string => {
    const values = inputs as Values;
    const subject = {
      type,
      name: "thing",
      id: "",
      place: { account: "", region: "" },
      inputs: values,
      outputs: {},
    };
    const { code, message } = quota.refusal(quota.standard, subject);
    const said = code === undefined ? message : `creating it (thing): api error ${code}: ${message}`;
    expect(kindOfFailure({ message: said }).name, said).to.equal("quota");
    return waysOn([failure({ said, type, inputs: inputs ?? {} })]).join("\n");
  };

  /** Of machines and balancers it hangs on what they are. */
  const inputsOf = ({ name }: Quota): NonNullable<Seen["inputs"]> => {
    const [, family = ""] = /(?:On-Demand|All) (Standard|DL|F|G|Inf|P|P4|Trn|X)\b/.exec(name) ?? [];
    const types: Readonly<Record<string, string>> = {
      ...{ Standard: "m7i.metal-24xl", F: "f1.2xlarge", G: "g5.xlarge", Inf: "inf1.xlarge" },
      ...{ P: "p4d.24xlarge", P4: "p4d.24xlarge", X: "x2idn.16xlarge" },
      ...{ DL: "dl1.24xlarge", Trn: "trn1.32xlarge" },
    };
    const spot = name.includes("Spot") ? { instanceMarketOptions: { marketType: "spot" } } : {};
    const kind = name.startsWith("Network Load") ? { loadBalancerType: "network" } : {};
    return family === "" ? kind : { instanceType: types[family], ...spot };
  };

  for (const quota of quotas) {
    it(`names it, with the call that asks for more: ${quota.code} at ${quota.types.join(", ")}`, () => {
      const region = quota.service === "iam" ? "us-east-1" : "eu-west-1";
      expect(way(quota, inputsOf(quota)))
        .to.contain(`A quota is used up. It is "${quota.name}" (${quota.code})`)
        .and.to.contain(
          `\`aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} ` +
            `--desired-value NUMBER --region ${region}\``,
        )
        .and.to.contain("then `./groundwork up dev` continues from here.");
    });
  }

  const ofMachines = (spot: boolean): Quota => {
    const found = quotas.find(({ code }) => code === (spot ? "L-34B43A08" : "L-1216C47A"));
    if (found === undefined) throw new Error("no such quota");
    return found;
  };

  it("says the region where it is used up, the resource's own before the stack's", () => {
    const [address] = quotas;
    expect(address && way(address, { region: "us-west-2" }))
      .to.contain("(L-0263D0A3) in us-west-2, and the same call")
      .and.to.contain("--region us-west-2`");
  });

  it("names the quota of a node group's machines in the words of a group whose machines do not come", () => {
    const inputs = { instanceTypes: ["m7i.large"] };
    expect(way(ofMachines(false), inputs, "aws:eks/nodeGroup:NodeGroup")).to.contain("(L-1216C47A)");
    const spot = { ...inputs, capacityType: "SPOT" };
    expect(way(ofMachines(true), spot, "aws:eks/nodeGroup:NodeGroup")).to.contain("(L-34B43A08)");
  });

  it("names none where it is not known which", () => {
    const [text = ""] = waysOn([failure({ said: "creating it: api error LimitExceeded: too large" })]);
    expect(text).to.contain("A quota is used up. Have it raised where that can be").and.to.not.contain("L-");
  });
});

describe("the way on from a final snapshot of before", () => {
  it("is another name for it, at its setting", () => {
    const database =
      "urn:pulumi:dev::groundwork::groundwork:database:Database$aws:rds/instance:Instance::database";
    const [text = ""] = waysOn([
      {
        ...failure({ said: "DBSnapshotAlreadyExists: exists" }),
        urn: database,
        call: "./groundwork destroy dev",
      },
    ]);
    expect(text)
      .to.match(
        /another finalSnapshotIdentifier into groundwork:database\.finalSnapshotIdentifier \(Pulumi\.dev\.yaml:\d+\)/,
      )
      .and.to.contain("apply it with `./groundwork up dev`, then call `./groundwork destroy dev`.");
  });
});

describe("the way on where the account has GitHub's OIDC provider", () => {
  it("is to use it, and no other name: an account has one of an address", () => {
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    const [text = ""] = waysOn([
      {
        ...failure({ said: "EntityAlreadyExists: Provider with url https://token already exists.", type }),
        urn: `urn:pulumi:dev::groundwork::groundwork:ci:Ci$${type}::ci`,
      },
    ]);
    expect(text)
      .to.match(/Else set existingProvider: true in groundwork:ci \(Pulumi\.dev\.yaml:\d+\)/)
      .and.to.contain("then `./groundwork up dev` continues from here.")
      .and.to.not.contain("another name");
  });
});

describe("errors that follow from another", () => {
  it("are not told beside it, and are told where there is no other", () => {
    const first = { urn: "a", message: "boom" };
    const echoes = [
      { urn: undefined, message: "failed to run remediation: context canceled" },
      { urn: undefined, message: "resource monitor shut down while waiting on step's done channel" },
      { urn: undefined, message: "update canceled" },
    ];
    expect(tellingErrors([...echoes, first])).to.deep.equal([first]);
    expect(tellingErrors(echoes)).to.deep.equal(echoes);
  });
});
