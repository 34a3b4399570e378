import { launchHooksAbandon } from "../../policies/rules/autoscaling/launch-hooks-abandon";
import { mixedTypesNamed } from "../../policies/rules/autoscaling/mixed-types-named";
import { UNKNOWN } from "./harness";
import { describeRule, notKnown } from "./table";

const GROUP = "aws:autoscaling/group:Group";
const HOOK = "aws:autoscaling/lifecycleHook:LifecycleHook";
const QUEUE = "aws:sqs/queue:Queue";

const launching = { lifecycleTransition: "autoscaling:EC2_INSTANCE_LAUNCHING" };
const terminating = { lifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING" };
const continues = (property: string): string =>
  `${property} of a launch hook is CONTINUE: a machine that never became ready would go into service. Set it to ABANDON.`;

describeRule(launchHooksAbandon, {
  passes: [
    { title: "a launch hook that abandons", type: HOOK, props: { ...launching, defaultResult: "ABANDON" } },
    { title: "one that leaves it to Auto Scaling, which abandons", type: HOOK, props: launching },
    {
      title: "a terminate hook that goes on",
      type: HOOK,
      props: { ...terminating, defaultResult: "CONTINUE" },
    },
    { title: "a group without hooks", type: GROUP, props: {} },
    {
      title: "a group whose first machines are abandoned",
      type: GROUP,
      props: { initialLifecycleHooks: [{ ...terminating, defaultResult: "CONTINUE" }, launching] },
    },
  ],
  refuses: [
    {
      title: "a launch hook that goes on",
      type: HOOK,
      props: { ...launching, defaultResult: "CONTINUE" },
      says: [continues("defaultResult")],
    },
    {
      title: "one among a group's first hooks",
      type: GROUP,
      props: { initialLifecycleHooks: [terminating, { ...launching, defaultResult: "CONTINUE" }] },
      level: "disposable",
      says: [continues("initialLifecycleHooks[1].defaultResult")],
    },
  ],
  unknown: [
    {
      title: "what becomes of the machine",
      type: HOOK,
      props: { ...launching, defaultResult: UNKNOWN },
      says: [notKnown("defaultResult")],
    },
    {
      title: "the first hooks",
      type: GROUP,
      props: { initialLifecycleHooks: UNKNOWN },
      says: [notKnown("initialLifecycleHooks")],
    },
  ],
  ignores: [{ title: "a queue", type: QUEUE, props: { ...launching, defaultResult: "CONTINUE" } }],
});

const mixed = (overrides: unknown): Record<string, unknown> => ({
  mixedInstancesPolicy: { launchTemplate: { overrides } },
});
const empty =
  "mixedInstancesPolicy.launchTemplate.overrides is empty: with one instance type there is nothing to mix. " +
  "Name the types, or leave mixedInstancesPolicy out.";

describeRule(mixedTypesNamed, {
  passes: [
    { title: "a group of one kind", type: GROUP, props: {} },
    { title: "types that are named", type: GROUP, props: mixed([{ instanceType: "c5d.large" }]) },
  ],
  refuses: [
    { title: "no types", type: GROUP, props: mixed([]), says: [empty] },
    {
      title: "none at all",
      type: GROUP,
      props: { mixedInstancesPolicy: { launchTemplate: {} } },
      says: [empty],
    },
  ],
  unknown: [
    {
      title: "which types",
      type: GROUP,
      props: mixed(UNKNOWN),
      says: [notKnown("mixedInstancesPolicy.launchTemplate.overrides")],
    },
  ],
  ignores: [{ title: "a queue", type: QUEUE, props: mixed([]) }],
});
