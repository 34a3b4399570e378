import { Topic } from "@pulumi/aws/sns/topic";
import { Provider } from "@pulumi/aws/provider";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { brokenOff } from "../../operations/plan/failures";
import { failureKinds, failurePage } from "../../operations/plan/failure-kinds";
import { readPlan } from "../../operations/plan/plan";
import { devStack } from "../operations/fixtures";
import { said } from "../operations/plan/failure-words";
import { RehearsedStack, type Program } from "../support/engine";

/** Those that a provider can say; the others are said by the engine, or by the program. */
const kinds = failureKinds.filter(({ name }) => said[name]?.some(({ source }) => source !== undefined));

/** What the cloud says, without what the provider puts before it. */
const wordsOf = (kind: string): string =>
  (said[kind]?.[0]?.words ?? "").replace(/^.*?\bapi error (?=[A-Z])/s, "");

const program: Program = () => {
  const provider = new Provider("aws", { region: "eu-west-1" });
  kinds.forEach(
    (_, index) => new Topic(`topic-${String(index)}`, { name: `topic-${String(index)}` }, { provider }),
  );
  new Topic("fine", { name: "fine" }, { provider });
  return {};
};

describe("failures of every kind at once, from the engine", () => {
  it("are each told in the provider's words, with what it means, the way on and the page; the counts come last", async () => {
    const faults = kinds.map(({ name }, index) => ({
      match: { type: "aws:sns/topic:Topic", name: `topic-${String(index)}`, method: "create" as const },
      ...{ fault: "error" as const, message: wordsOf(name), times: 99 },
    }));
    const stack = await RehearsedStack.open({ faults });
    try {
      const planned: EngineEvent[] = [];
      await stack.preview(program, { onEvent: (event) => planned.push(event) });
      const events: EngineEvent[] = [];
      const onEvent = (event: EngineEvent): number => events.push(event);
      await stack.up(program, { continueOnError: true, onEvent });
      const failure = { kind: "failed", stderr: "" } as const;
      const { message } = brokenOff(devStack, "./groundwork up dev", readPlan(planned), failure, events);
      kinds.forEach((kind, index) => {
        expect(message, kind.name).to.contain(wordsOf(kind.name));
        expect(message, kind.name).to.contain(failurePage(kind));
        if (kind.isRetryable !== true) {
          expect(message, kind.name).to.contain(`\ntopic-${String(index)}: ${kind.means} `);
        }
      });
      expect(message.split("\n").at(-1)).to.equal(
        `Done and recorded in the state: 1 resource; failed: ${String(kinds.length)}; not done: 0. ` +
          "What failed is in the state as it was before, or as far as it came. `./groundwork preview dev` shows what is left.",
      );
    } finally {
      await stack.close();
    }
  });
});
