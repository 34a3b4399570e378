import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PolicyPack } from "@pulumi/policy";
import { Backend } from "../settings/backend";
import { readApprovals } from "../settings/handed-approvals";
import { policyContext } from "./context";
import { takeNoConfiguration } from "./no-configuration";
import { rules } from "./rules";
import { remediateNothing, unpackOnce } from "./unpack-once";

// The one place that makes a pack: doing so starts a server, which keeps its process alive.
const stack = { project: pulumi.getProject(), stack: pulumi.getStack() };
const context = policyContext({
  ...stack,
  config: pulumi.runtime.allConfig(),
  approvals: readApprovals(),
});
// Begun at once, beside the program's own start: by the time it is asked for it is there.
const lastState =
  context.level === "disposable"
    ? undefined
    : new Backend(stack, path.join(__dirname, "..")).lastStateLater();

takeNoConfiguration();
unpackOnce();
remediateNothing();
new PolicyPack("groundwork", {
  enforcementLevel: "mandatory",
  policies: rules.map((rule) => rule.bind({ ...context, lastState: lastState && (() => lastState) })),
});
