import * as pulumi from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";
import { policyContext } from "./context";
import { rules } from "./rules";

// The one place that makes a pack: doing so starts a server, which keeps its process alive.
const context = policyContext({
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
  config: pulumi.runtime.allConfig(),
});

new PolicyPack("groundwork", {
  enforcementLevel: "mandatory",
  policies: rules.map((rule) => rule.bind(context)),
});
