import { checkNotPublic } from "../../../guard/rules/exposure";
import { resourceRule } from "../../rule";

export const notPublic = resourceRule({
  name: "mq/not-public",
  description: "No broker has an address on the internet.",
  why: "A password would be all that stands before the messages.",
  reference: "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/using-amazon-mq-securely.html",
  types: ["aws:mq/broker:Broker"],
  check: ({ wanted }) => checkNotPublic(wanted),
});
