import { expect } from "chai";
import type { Deployment } from "../../../operations/backend/layout";
import { settled, type Begun } from "../../../operations/plan/begun";

type Resource = Begun["resource"];

const resource = (
  name: string,
  more: Partial<Resource> & { readonly pendingReplacement?: boolean } = {},
): Resource => ({
  urn: `urn:pulumi:dev::groundwork::aws:sqs/queue:Queue::${name}`,
  type: "aws:sqs/queue:Queue",
  custom: true,
  ...more,
});
const creating = (one: Resource): { readonly type: string; readonly resource: Resource } => ({
  type: "creating",
  resource: one,
});
const seen = ({ resources = [], pending_operations: pending = [] }: Deployment): unknown => [
  resources.map(({ urn, id, delete: isGone }) => [
    urn.split("::").at(-1),
    id,
    ...(isGone === true ? ["delete"] : []),
  ]),
  pending.map((one) => `${one.type} ${one.resource.urn.split("::").at(-1) ?? ""}`),
];

describe("a state after it was found out what a killed run had made", () => {
  it("has what was made, as the program has it, and nothing begun any more", () => {
    const made = resource("made", { parent: "urn:parent", protect: true });
    const before: Deployment = {
      resources: [resource("other", { id: "other" })],
      pending_operations: [
        creating(made),
        creating(resource("absent")),
        { type: "updating", resource: resource("other") },
      ],
    };
    const after = settled(before, [
      { resource: made, outcome: "made", id: "made-id" },
      { resource: resource("absent"), outcome: "not made" },
    ]);
    expect(seen(after)).to.deep.equal([
      [
        ["other", "other"],
        ["made", "made-id"],
      ],
      ["updating other"],
    ]);
    expect(after.resources?.[1]).to.deep.include({ parent: "urn:parent", protect: true, outputs: {} });
  });

  it("has it in the place of what it was to replace, which has gone, or is still to go", () => {
    for (const [pendingReplacement, left] of [
      [true, []],
      [false, [["made", "old", "delete"]]],
    ] as const) {
      const after = settled(
        {
          resources: [
            resource("made", { id: "old", pendingReplacement }),
            resource("other", { id: "other" }),
          ],
          pending_operations: [creating(resource("made"))],
        },
        [{ resource: resource("made"), outcome: "made", id: "new" }],
      );
      expect(seen(after)).to.deep.equal([[["made", "new"], ["other", "other"], ...left], []]);
    }
  });
});
