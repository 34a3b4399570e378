import { checkInTransit } from "../../../guard/rules/in-transit";
import { resourceRule } from "../../rule";

export const encryptedTransport = resourceRule({
  name: "memorydb/encrypted-transport",
  description: "MemoryDB clusters take TLS only.",
  why: "What goes in the clear can be read and changed on its way.",
  reference: "https://docs.aws.amazon.com/memorydb/latest/devguide/in-transit-encryption.html",
  types: ["aws:memorydb/cluster:Cluster"],
  check: ({ wanted }) => checkInTransit(wanted),
});
