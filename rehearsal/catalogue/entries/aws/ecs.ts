import type { Entries } from "../../../interpreter/entry";
import { numberOf, textOf } from "../../../interpreter/values";

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";

export const entries: Entries = {
  [taskDefinition]: {
    api: { service: "ECS", title: "ECS Task Definition", create: "RegisterTaskDefinition" },
    id: ({ inputs }) => textOf(inputs, "family"),
    // Revisions of a family live side by side: a new one is registered before the old one is deregistered.
    within: (values) => String(numberOf(values, "revision") ?? ""),
    outputs: ({ id, inputs, place }, cloud) => {
      const revisions = cloud
        .ofType(taskDefinition)
        .filter(({ inputs: other }) => other["family"] === inputs["family"]);
      const revision = 1 + Math.max(0, ...revisions.map(({ outputs }) => numberOf(outputs, "revision") ?? 0));
      const arnWithoutRevision = `arn:aws:ecs:${place.region}:${place.account}:task-definition/${id}`;
      return { revision, arnWithoutRevision, arn: `${arnWithoutRevision}:${String(revision)}` };
    },
  },
};
