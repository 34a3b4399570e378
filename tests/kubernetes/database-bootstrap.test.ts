import { expect } from "chai";
import type * as pulumi from "@pulumi/pulumi";
import { DatabaseBootstrap } from "../../components/database-bootstrap/database-bootstrap";
import { databaseNamespace } from "../../components/database-bootstrap/names";
import { restrictedNamespaceLabels } from "../../components/kubernetes/restricted";
import { shellPod } from "../../operations/database/shell-pod";
import { bootstrapSettings } from "../../settings/sections/bootstrap";
import { record } from "../support/mocks";
import { stackContext } from "../support/settings";
import { describeWithApiServer, said } from "./support/api-server";
import { objectsOf, type KubernetesObject } from "./support/objects";

const output = <T>(value: T): pulumi.Output<T> => value as unknown as pulumi.Output<T>;
const name = (index: number): string => `n${index}_`.padEnd(62, "x") + "y";

describeWithApiServer("the database bootstrap before a real API server", (server) => {
  for (const [title, count] of [
    ["with nothing to do", 0],
    ["with a hundred databases and roles of the longest names", 100],
  ] as const) {
    it(`is accepted whole, and its pod too, ${title}`, async () => {
      const names = Array.from({ length: count }, (_, index) => name(index));
      const recording = await record(() => {
        new DatabaseBootstrap("database-bootstrap", {
          context: stackContext(),
          settings: bootstrapSettings.parse({
            databases: Object.fromEntries(
              names.map((key) => [key, { owner: key, extensions: ["citext"], schemas: names.slice(0, 20) }]),
            ),
            roles: Object.fromEntries(names.map((key) => [key, { memberOf: ["pg_monitor"] }])),
          }),
          clusterName: "groundwork-dev-cluster",
          database: {
            identifier: "groundwork-dev-database",
            servingIdentifier: "groundwork-dev-database",
            address: output("groundwork-dev-database.abcdefghijkl.eu-west-1.rds.amazonaws.com"),
            port: output(5432),
            secretArn: output("arn:aws:secretsmanager:eu-west-1:111122223333:secret:rds!db-1a2b-AbCdEf"),
            keyArn: output("arn:aws:kms:eu-west-1:111122223333:key/1234"),
          },
        });
      });
      const objects = objectsOf(recording);
      expect(objects.map(({ kind }) => kind).sort()).to.deep.equal([
        "ConfigMap",
        "Job",
        "Namespace",
        "NetworkPolicy",
        "NetworkPolicy",
        "ServiceAccount",
      ]);
      expect(said(await server().refusals(objects))).to.deep.equal([]);
    });
  }

  it("lets a shell's pod and its policy in beside it, restricted as everything there is", async () => {
    const login = { username: "ann", password: "", database: "users", createdAt: new Date() };
    const bootstrap = bootstrapSettings.parse({});
    const endpoint = "groundwork-dev-database.abcdefghijkl.eu-west-1.rds.amazonaws.com:5432";
    const shell = { endpoint, login, name: "database-shell-0a1b2c3d" };
    const { job, policy } = shellPod(stackContext(), bootstrap, shell);
    const labels = { ...restrictedNamespaceLabels };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: databaseNamespace, labels } };
    // Kubernetes makes it in each namespace.
    const account = {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: databaseNamespace },
    };
    const objects = [namespace, account, job, policy] as unknown as readonly KubernetesObject[];
    expect(said(await server().refusals(objects))).to.deep.equal([]);
    const pod = JSON.stringify(job.spec);
    expect(pod).to.contain('"automountServiceAccountToken":false').and.not.to.contain("serviceAccountName");
  });
});
