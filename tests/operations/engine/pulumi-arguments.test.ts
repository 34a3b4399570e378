import { expect } from "chai";
import { namedStack, subcommand } from "../../../operations/engine/pulumi-arguments";

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
