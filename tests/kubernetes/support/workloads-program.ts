import { RestrictedNamespace } from "../../../components/kubernetes/restricted-namespace";
import { Mail } from "../../../components/mail/mail";
import { Messaging } from "../../../components/messaging/messaging";
import { Reports } from "../../../components/reports/reports";
import { ServiceUsers } from "../../../components/service-users/service-users";
import { Workloads, workloadsNamespace } from "../../../components/workloads/workloads";
import { settingsFromConfig } from "../../../settings/load";
import { secrets } from "../../../settings/secrets";
import type { Problem } from "../../../settings/problem";
import type { StackSections } from "../../../settings/schema";
import { asTheEngineSays, caught, identity, rightConfig, type Config } from "../../settings/support";
import { recordStack, type Recording } from "../../support/mocks";
import { stackContext } from "../../support/settings";
import { objectsOf, type KubernetesObject } from "./objects";

export const IMAGE = `ghcr.io/example/frontend:1.4.2@sha256:${"0123456789abcdef".repeat(4)}`;
export const CERTIFICATE =
  "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

/** The least that a workload can be. */
export function leastWorkload(change: Config = {}): Config {
  return {
    image: IMAGE,
    port: 8080,
    resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "128Mi" } },
    ...change,
  };
}

const cluster = {
  version: "1.34",
  accessEntries: {
    platform: { principalArn: "arn:aws:iam::123456789012:role/platform", policy: "clusterAdmin" },
  },
  nodeGroups: { general: { instanceTypes: ["m7g.large"], minSize: 2, maxSize: 4, desiredSize: 2 } },
};

/** A stack's configuration with these workloads, and with mail. */
export function workloadsConfig(workloads: Config, mail: Config = { catcher: {} }): Config {
  return {
    ...rightConfig(),
    "groundwork:cluster": cluster,
    "groundwork:mail": mail,
    "groundwork:workloads": workloads,
  };
}

/** The settings of a configuration, as the program gets them. */
export function sectionsOf(config: Config): StackSections {
  const { values } = asTheEngineSays(config);
  const key = "groundwork:sendgridApiKey";
  return settingsFromConfig(
    { values: { ...values, [key]: secrets.sendgridApiKey.placeholder }, secretKeys: new Set([key]) },
    identity,
  ).sections;
}

/** What settings find wrong with a configuration. */
export function refusedBySettings(config: Config): readonly Problem[] {
  return caught(() => sectionsOf(config));
}

/** Registers workloads and mail as the program does, and what they take from the rest of the stack. */
export function recordWorkloads(sections: StackSections): Promise<Recording> {
  const context = stackContext();
  return recordStack(() => {
    const namespace = new RestrictedNamespace("workloads", { context, namespace: workloadsNamespace });
    const reports = sections.reports && new Reports("reports", { context, settings: sections.reports });
    const messaging =
      sections.messaging && new Messaging("messaging", { context, settings: sections.messaging });
    const users =
      sections.users && new ServiceUsers("users", { context, settings: sections.users, reports, messaging });
    const mail =
      sections.mail &&
      new Mail("mail", {
        context,
        settings: sections.mail,
        namespace,
        sendgridApiKey: secrets.sendgridApiKey.placeholder,
      });
    const workloads =
      sections.workloads &&
      new Workloads("workloads", { context, settings: sections.workloads, namespace, mail, users });
    return { loadBalancers: workloads?.loadBalancers };
  });
}

/** The objects of the Kubernetes API of a configuration. */
export async function workloadObjects(config: Config): Promise<readonly KubernetesObject[]> {
  return objectsOf(await recordWorkloads(sectionsOf(config)));
}
