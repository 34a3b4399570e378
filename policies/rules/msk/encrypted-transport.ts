import { checkInTransit } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "msk/encrypted-transport",
  description: "Kafka brokers take TLS only, from clients and from each other.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/securityhub/latest/userguide/msk-controls.html#msk-1",
  types: ["aws:msk/cluster:Cluster"],
  check: ({ wanted }) => checkInTransit(wanted),
});
