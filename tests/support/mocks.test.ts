import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { record, recordStack, UNKNOWN } from "./mocks";

class Thing extends pulumi.CustomResource {
  declare readonly color: pulumi.Output<string>;
  constructor(name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("test:index:Thing", name, { color: undefined, ...props }, opts);
  }
}

async function failureOf(recording: Promise<unknown>): Promise<string> {
  try {
    await recording;
  } catch (error) {
    return String(error);
  }
  throw new Error("expected it to fail");
}

describe("recording a program", () => {
  it("waits for resources that are made in callbacks which nobody awaits", async () => {
    const recording = await record(() => {
      const first = new Thing("first", {});
      first.id.apply((id) => new Thing("second", { first: id }));
    });
    expect(recording.ofType("test:index:Thing").map(({ name }) => name)).to.deep.equal(["first", "second"]);
    expect(recording.one("test:index:Thing", "second").inputs).to.deep.equal({ first: "first-id" });
  });

  it("keeps what one program does from the next", async () => {
    await record(() => new Thing("before", {}), { stack: "prod", config: { "groundwork:x": "1" } });
    const recording = await record(() => [pulumi.getStack(), new pulumi.Config("groundwork").get("x")]);
    expect(recording.resources).to.deep.equal([]);
    expect(recording.result).to.deep.equal(["dev", undefined]);
  });

  it("fails when the program does", async () => {
    const failure = await failureOf(
      record(() => {
        new Thing("made", {});
        throw new Error("half way");
      }),
    );
    expect(failure).to.equal("Error: half way");
  });

  it("fails when an assertion fails in a callback that nobody awaits", async () => {
    const failure = await failureOf(
      record(() => {
        new Thing("first", {}).id.apply((id) => {
          expect(id).to.equal("something else");
        });
      }),
    );
    expect(failure).to.include("expected 'first-id' to equal 'something else'");
  });

  it("fails on a call to a cloud that no answer was given for, and names it", async () => {
    const failure = await failureOf(
      record(() => pulumi.runtime.invoke("test:index:look", { where: "here" })),
    );
    expect(failure).to.include("the program called test:index:look, which no answer was given for");
  });

  it("answers a call with the answer given for it", async () => {
    const recording = await record(
      () => pulumi.runtime.invoke("test:index:look", { where: "here" }) as Promise<unknown>,
      { invokes: { "test:index:look": (inputs) => ({ found: inputs["where"] }) } },
    );
    expect(recording.result).to.deep.equal({ found: "here" });
  });

  it("shows which values are secret", async () => {
    const { inputs } = (
      await record(() => new Thing("safe", { open: "yes", closed: { key: pulumi.secret("s3cret") } }))
    ).one("test:index:Thing");
    expect(inputs).to.deep.equal({ open: "yes", closed: { key: { secret: "s3cret" } } });
  });

  it("shows which values are unknown in a preview", async () => {
    const recording = await record(
      () => {
        const first = new Thing("first", { size: 1 });
        new Thing("second", { of: first.id, text: pulumi.interpolate`is ${first.color}`, size: 2 });
      },
      { preview: true },
    );
    expect(recording.one("test:index:Thing", "second").inputs).to.deep.equal({
      of: UNKNOWN,
      text: UNKNOWN,
      size: 2,
    });
    expect(recording.ids.size).to.equal(0);
  });

  it("shows the options that the engine is told", async () => {
    const recording = await record(() => {
      const first = new Thing("first", {});
      const hook = new pulumi.ResourceHook("keep", () => undefined, { onDryRun: true });
      new Thing(
        "second",
        {},
        {
          protect: true,
          retainOnDelete: true,
          deleteBeforeReplace: true,
          ignoreChanges: ["size"],
          dependsOn: [first],
          customTimeouts: { delete: "1h" },
          hooks: { beforeDelete: [hook] },
          aliases: [{ name: "other" }],
        },
      );
    });
    const second = recording.one("test:index:Thing", "second");
    expect(second.options).to.deep.equal({
      protect: true,
      retainOnDelete: true,
      deleteBeforeReplace: true,
      ignoreChanges: ["size"],
      aliases: 1,
      dependencies: [recording.one("test:index:Thing", "first").urn],
      customTimeouts: { delete: "1h" },
      hooks: { beforeDelete: ["keep"] },
    });
    expect(recording.dependencies(second)).to.deep.equal(["first"]);
    expect(recording.hooks.get("keep")?.opts).to.deep.equal({ onDryRun: true });
  });

  it("refuses two hooks of one name, as the engine does", async () => {
    const failure = await failureOf(
      record(() => {
        new pulumi.ResourceHook("keep", () => undefined);
        new pulumi.ResourceHook("keep", () => undefined);
      }),
    );
    expect(failure).to.include("two hooks have the name keep");
  });

  it("records the outputs of a stack, and none that are undefined", async () => {
    const recording = await recordStack(() => ({
      first: new Thing("first", {}).id,
      key: pulumi.secret("k"),
    }));
    expect(recording.outputsOf(recording.one("pulumi:pulumi:Stack"))).to.deep.equal({
      first: "first-id",
      key: { secret: "k" },
    });
  });

  it("says what there is when asked for one that is not there, or not the only one", async () => {
    const recording = await record(() => [new Thing("a", {}), new Thing("b", {})]);
    expect(() => recording.one("test:index:Thing")).to.throw(
      "2 resources of type test:index:Thing; there are: a, b",
    );
    expect(() => recording.one("test:index:Thing", "c")).to.throw(
      "0 resources of type test:index:Thing named c; there are: a, b",
    );
    expect(recording.counts()).to.deep.equal({ "test:index:Thing": 2 });
  });
});
