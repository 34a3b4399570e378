import { RestrictedNamespace } from "../../../components/kubernetes/restricted-namespace";
import type * as pulumi from "@pulumi/pulumi";
import { DatabaseBootstrap } from "../../../components/database-bootstrap/database-bootstrap";
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
import { recordStack, type RecordOptions, type Recording } from "../../support/mocks";
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

const bootstrap = {
  databases: { users: { owner: "users_owner" } },
  roles: { users_owner: { login: false }, users_app: { memberOf: ["users_owner"] } },
};

/** A stack's configuration with these workloads, and with mail. */
export function workloadsConfig(workloads: Config, mail: Config = { catcher: {} }): Config {
  return {
    ...rightConfig(),
    "groundwork:cluster": cluster,
    ...(JSON.stringify(workloads).includes("databaseRole") && {
      "groundwork:database": {
        ...(rightConfig()["groundwork:database"] as Config),
        bootstrap,
        replicas: { reports: {} },
      },
    }),
    "groundwork:mail": mail,
    "groundwork:workloads": workloads,
  };
}

/** The settings of a configuration, as the program gets them. */
export function sectionsOf(config: Config): StackSections {
  const { values } = asTheEngineSays(config);
  const [key, token] = ["groundwork:sendgridApiKey", "groundwork:workload.token"];
  return settingsFromConfig(
    {
      values: { ...values, [key]: secrets.sendgridApiKey.placeholder, [token]: "of-the-stacks-own-file" },
      secretKeys: new Set([key, token]),
    },
    identity,
  ).sections;
}

/** What settings find wrong with a configuration. */
export function refusedBySettings(config: Config): readonly Problem[] {
  return caught(() => sectionsOf(config));
}

/** As a run knows it when the server is there. */
const output = <T>(value: T): pulumi.Output<T> => value as unknown as pulumi.Output<T>;
const server = {
  identifier: "groundwork-dev-database",
  servingIdentifier: "groundwork-dev-database",
  address: output("db.example.com"),
  port: output(5432),
  secretArn: output("arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1a2b-AbCdEf"),
  keyArn: output("arn:aws:kms:eu-west-1:123456789012:key/1234"),
  replicas: {
    reports: { address: output("reports.example.com"), endpoint: output("reports.example.com:5432") },
  },
};
const stackSecrets = { "workload.token": output("of-the-stacks-own-file") };

/** Registers workloads and mail as the program does, and what they take from the rest of the stack. */
export function recordWorkloads(sections: StackSections, options: RecordOptions = {}): Promise<Recording> {
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
    const bootstrap =
      sections.database?.bootstrap &&
      new DatabaseBootstrap("database-bootstrap", {
        context,
        settings: sections.database.bootstrap,
        database: server,
        clusterName: "groundwork-dev-cluster",
      });
    const used = { mail, users, reports, messaging, bootstrap, database: server, stackSecrets };
    const workloads =
      sections.workloads &&
      new Workloads("workloads", {
        context,
        settings: sections.workloads,
        namespace,
        clusterName: "groundwork-dev-cluster",
        ...used,
      });
    return { loadBalancers: workloads?.loadBalancers };
  }, options);
}

/** The objects of the Kubernetes API of a configuration. */
export async function workloadObjects(config: Config): Promise<readonly KubernetesObject[]> {
  return objectsOf(await recordWorkloads(sectionsOf(config)));
}
