import { checkNotPublic } from "../../../guard/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "mq/not-public",
  description: "No broker has an address on the internet.",
  types: ["aws:mq/broker:Broker"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
