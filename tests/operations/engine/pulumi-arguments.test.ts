import { expect } from "chai";
import { engineEnvironment } from "../../../operations/engine/engine-access";
import { mayShowDebugMessages, namedStack, subcommand } from "../../../operations/engine/pulumi-arguments";
import { readEnvironment } from "../../../settings/environment";

describe("the stack that a call of pulumi names", () => {
  for (const [call, stack] of [
    ["preview --stack dev", "dev"],
    ["preview --stack=dev", "dev"],
    ["up -s prod --yes", "prod"],
    ["up -sprod", "prod"],
    ["-C /tmp --color never up --stack organization/groundwork/dev", "dev"],
    ["stack select prod", "prod"],
    ["stack --stack dev output", "dev"],
    ["stack rm --yes dev", "dev"],
    ["stack output users --show-secrets", undefined],
    ["up --yes", undefined],
    ["up -- --stack dev", undefined],
  ] as const) {
    it(`\`pulumi ${call}\`: ${stack ?? "none"}`, () => {
      expect(namedStack(call.split(" "))).to.equal(stack);
    });
  }
});

describe("the command within a call of pulumi", () => {
  for (const [call, words] of [
    ["up --yes", "up"],
    ["--color never stack init dev", "stack init"],
    ["-C /tmp stack output", "stack output"],
    ["config set aws:region x", "config set"],
    ["--non-interactive", ""],
  ] as const) {
    it(`\`pulumi ${call}\`: ${words === "" ? "none" : words}`, () => {
      expect(subcommand(call.split(" "))).to.equal(words);
    });
  }
});

describe("what the SDK says for debugging", () => {
  for (const [call, shown] of [
    ["up --yes --stack dev --skip-preview", false],
    ["preview --diff --stack dev --non-interactive", false],
    ["preview --debugging", false],
    ["preview --debug", true],
    ["preview --debug=true", true],
    ["preview -d", true],
    ["up -yd", true],
    ["up -v=9 --logtostderr", true],
    ["up -v 9", true],
    ["up --verbose=9", true],
    ["up --logflow", true],
    ["up --tracing file:./trace", true],
    ["up --event-log ./events", true],
    ["up -sdev", true],
  ] as const) {
    it(`\`pulumi ${call}\`: ${shown ? "may be" : "is not"} shown`, () => {
      expect(mayShowDebugMessages(call.split(" "), {})).to.equal(shown);
    });
  }

  it("may be shown where the environment has the flag", () => {
    expect(mayShowDebugMessages(["up"], { PULUMI_OPTION_DEBUG: "true" })).to.equal(true);
    expect(mayShowDebugMessages(["up"], { PULUMI_OPTION_VERBOSE: "9" })).to.equal(true);
    expect(mayShowDebugMessages(["up"], { PULUMI_OPTION_EVENT_LOG: "./events" })).to.equal(true);
    expect(
      mayShowDebugMessages(["up"], { PULUMI_OPTION_DEBUG: "false", PULUMI_OPTION_VERBOSE: "" }),
    ).to.equal(false);
  });

  it("is dropped by the processes of a run that shows none of it, whatever a person's environment says", () => {
    const dropped = (args?: readonly string[] | "any", variables: NodeJS.ProcessEnv = {}): unknown =>
      engineEnvironment(
        {
          environment: readEnvironment("/project", { GROUNDWORK_DEBUG_MESSAGES: "dropped", ...variables }),
          project: { directory: "/project", name: "groundwork" },
        } as unknown as Parameters<typeof engineEnvironment>[0],
        args,
      )["GROUNDWORK_DEBUG_MESSAGES"];
    expect(dropped()).to.equal("dropped");
    expect(dropped(["up", "--yes"])).to.equal("dropped");
    expect(dropped(["up", "--debug"])).to.equal("");
    expect(dropped("any")).to.equal("");
    expect(dropped([], { PULUMI_OPTION_DEBUG: "true" })).to.equal("");
  });
});
