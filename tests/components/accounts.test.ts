import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkBoundary } from "../../guard/rules/iam-boundary";
import { type RecordedResource, type Recording } from "../support/mocks";
import { recordProgram, stacks, type Config } from "../support/program";

const boundary = "arn:aws:iam::123456789012:policy/boundary";
const bounded = ["aws:iam/role:Role", "aws:iam/user:User"];
const placed = [...bounded, "aws:iam/policy:Policy", "aws:iam/instanceProfile:InstanceProfile"];

const ofTypes = (recording: Recording, types: readonly string[]): readonly RecordedResource[] =>
  types.flatMap((type) => recording.ofType(type));

const change = (keys: Config) => (config: Config) => {
  Object.assign(config, keys);
};

describe("an account that demands something of roles", () => {
  for (const stack of stacks) {
    it(`gets it of every role, user, policy and profile of ${stack}`, async () => {
      const recording = await recordProgram(stack, {
        change: change({ "groundwork:iam": { permissionsBoundaryArn: boundary, path: "/platform/" } }),
      });
      const all = ofTypes(recording, placed);
      expect(
        all.filter(({ inputs }) => !String(inputs["path"]).startsWith("/platform/")).map(({ urn }) => urn),
      ).to.deep.equal([]);
      const without = ofTypes(recording, bounded).filter(
        ({ inputs }) => inputs["permissionsBoundary"] !== boundary,
      );
      expect(without.map(({ urn }) => urn)).to.deep.equal([]);
      expect(ofTypes(recording, bounded)).to.have.length.of.at.least(10);
    });
  }

  it("is asked nothing where nothing is said", async () => {
    const said = ofTypes(await recordProgram("dev"), placed).filter(
      ({ inputs }) => "path" in inputs || "permissionsBoundary" in inputs,
    );
    // Service users and their policies have always had the stack's.
    expect(new Set(said.map(({ inputs }) => inputs["path"]))).to.deep.equal(new Set(["/groundwork/dev/"]));
    expect(said.filter(({ inputs }) => "permissionsBoundary" in inputs)).to.deep.equal([]);
  });

  it("is held to it by the pack, for what others make too", () => {
    const judge = (found: unknown, wanted?: string): readonly string[] =>
      checkBoundary(
        {
          type: "aws:iam/role:Role",
          inputs: found === undefined ? {} : { permissionsBoundary: found },
          options: { protect: false, ignoreChanges: [] },
        },
        wanted,
      ).map(({ message }) => message);
    expect(judge(boundary, boundary)).to.deep.equal([]);
    expect(judge(undefined)).to.deep.equal([]);
    expect(judge("arn:aws:iam::123456789012:policy/other")).to.deep.equal([]);
    expect(judge(undefined, boundary)).to.deep.equal([
      `permissionsBoundary is not set, and groundwork:iam names ${boundary}.`,
    ]);
  });
});

describe("an account that is reached by a role", () => {
  it("is so by the program's provider and by the cluster's, and people come to the cluster as themselves", async () => {
    const roleArn = "arn:aws:iam::482913067251:role/groundwork-deploy";
    const recording = await recordProgram("dev", {
      change: change({ "aws:profile": "deploy", "aws:assumeRoles": [{ roleArn }] }),
    });
    const { inputs } = recording.one("pulumi:providers:aws");
    expect(inputs["profile"]).to.equal("deploy");
    expect(JSON.parse(String(inputs["assumeRoles"]))).to.deep.equal([
      { roleArn, sessionName: "groundwork", duration: "1h" },
    ]);
    const file = String(recording.one("pulumi:providers:kubernetes").inputs["kubeconfig"]);
    expect(file).to.contain(
      `- "--role-arn"\n          - "${roleArn}"\n          - "--profile"\n          - "deploy"`,
    );
    const outputs = recording.outputsOf(recording.one("pulumi:pulumi:Stack"));
    expect(outputs["kubeconfig"]).to.not.contain("--role-arn");
  });

  it("is so by nobody where nothing is said", async () => {
    const { inputs } = (await recordProgram("dev")).one("pulumi:providers:aws");
    expect(inputs).to.not.have.any.keys("profile", "assumeRoles");
  });
});

describe("ARNs", () => {
  it("have the partition of their region: no component writes one by hand", () => {
    const root = path.resolve(__dirname, "../../components");
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts"),
    );
    const byHand = files.flatMap((file) =>
      readFileSync(path.join(root, file), "utf8")
        .split("\n")
        .filter((line) => /arn:aws(-\w+)*:/.test(line.replace(/\/\/.*|^\s*\*.*/, "")))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(files).to.have.length.of.at.least(80);
    expect(byHand).to.deep.equal([]);
  });
});
