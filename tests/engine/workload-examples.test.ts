import { copyFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { checkout, documentOf, Walk, type CloudResource } from "./support/walk";

const file = path.join(checkout, "docs/examples/workloads/Pulumi.tools.yaml");

let standing: Promise<Walk> | undefined;

/** The examples' stack as it stands, to go on from. */
async function standingExamples(): Promise<Walk> {
  standing ??= (async () => {
    const walk = Walk.create();
    copyFileSync(file, path.join(walk.project, "Pulumi.dev.yaml"));
    await walk.done("rehearse", "dev");
    return walk;
  })();
  return (await standing).copy();
}

function ids(walk: Walk, kind: string): readonly string[] {
  return walk
    .cloud()
    .filter(
      ({ type, id }) =>
        type.endsWith(`:${kind}`) && type.startsWith("kubernetes:") && id.startsWith("workloads/"),
    )
    .map(({ id }) => id)
    .sort();
}

const disks = (walk: Walk): readonly CloudResource[] =>
  walk.cloud().filter(({ type }) => type === "aws:ebs/volume:Volume");

async function planned(walk: Walk): Promise<readonly string[]> {
  const { changes } = documentOf(await walk.done("preview", "dev", "--rehearse", "--json"));
  return (changes as readonly { readonly op: string; readonly urn: string }[])
    .map(({ op, urn }) => `${op} ${urn.split("::").slice(-2).join(" ").replace(/^.*\$/, "")}`)
    .sort();
}

describe("the examples of workloads through the engine", () => {
  it("stand up: a database each, a disk with snapshots, a job by schedule, and nothing to change afterwards", async () => {
    const walk = await standingExamples();
    expect(ids(walk, "Deployment")).to.deep.equal([
      "workloads/concourse",
      "workloads/grafana",
      "workloads/podinfo",
    ]);
    expect(ids(walk, "CronJob")).to.deep.equal(["workloads/podinfo-check"]);
    expect(
      disks(walk).map(({ outputs }) => [outputs["size"], (outputs["tags"] as never)["volume-claim"]]),
    ).to.deep.equal([[10, "groundwork-dev/grafana-data"]]);
    expect(
      walk.cloud().filter(({ type }) => type === "aws:dlm/lifecyclePolicy:LifecyclePolicy"),
    ).to.have.lengthOf(1);
    expect(await planned(walk)).to.deep.equal([]);
  });

  it("replace the pods of what another file, password or image concerns, and grow a disk where it stands", async () => {
    const walk = await standingExamples();
    const before = disks(walk).map(({ id }) => id);
    walk.edit("dev", (settings) => {
      settings.set(
        "workloads",
        ["concourse", "files", "/concourse-keys/authorized_worker_keys", "content"],
        "ssh-ed25519 AAAA other\n",
      );
      settings.set("workloads", ["podinfo", "command"], ["./podinfo", "--port=9898"]);
      settings.set("workloads", ["grafana", "volumes", "data", "size"], "20Gi");
      settings.set("database", ["bootstrap", "roles", "grafana", "passwordRevision"], 2);
    });
    const changed = (await planned(walk)).filter((change) => /kubernetes:|random:/.test(change));
    expect(changed).to.deep.equal([
      "replace kubernetes:batch/v1:Job database-bootstrap",
      "replace kubernetes:core/v1:ConfigMap database-bootstrap",
      "replace kubernetes:core/v1:ConfigMap workloads-concourse-files",
      "replace kubernetes:core/v1:Secret workloads-grafana-environment",
      "replace random:index/randomId:RandomId database-bootstrap-grafana-salt",
      "replace random:index/randomPassword:RandomPassword database-bootstrap-grafana",
      "update kubernetes:apps/v1:Deployment workloads-concourse",
      "update kubernetes:apps/v1:Deployment workloads-grafana",
      "update kubernetes:apps/v1:Deployment workloads-podinfo",
      "update kubernetes:core/v1:PersistentVolumeClaim workloads-grafana-data",
    ]);
    await walk.done("up", "dev", "--rehearse", "--yes");
    expect(disks(walk).map(({ id, outputs }) => [id, outputs["size"]])).to.deep.equal([[before[0], 20]]);
    expect(await planned(walk)).to.deep.equal([]);
  });

  it("do not lose a disk because a workload is taken out, and go as a whole once nothing is guarded", async () => {
    const walk = await standingExamples();
    walk.edit("dev", (settings) => {
      settings.remove("workloads", ["grafana"]);
    });
    const { exitCode, stdout } = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    expect(exitCode).to.equal(3);
    for (const lost of ["persistent volume claim", "snapshot policy"]) expect(stdout).to.contain(lost);
    copyFileSync(file, path.join(walk.project, "Pulumi.dev.yaml"));
    walk.edit("dev", (settings) => {
      settings.set("guard", ["level"], "disposable");
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
    await walk.done("destroy", "dev", "--rehearse", "--yes");
    expect(ids(walk, "Deployment")).to.deep.equal([]);
    // Its class keeps it for whoever wants it back.
    expect(disks(walk)).to.have.lengthOf(1);
  });
});
