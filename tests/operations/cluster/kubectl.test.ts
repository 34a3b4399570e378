import { expect } from "chai";
import { Kubectl, type PassingJob } from "../../../operations/cluster/kubectl";
import { StandInKubectl } from "../../support/kubectl";

const job: PassingJob = {
  ...{ apiVersion: "batch/v1", kind: "Job", spec: {} },
  metadata: { name: "again-1", namespace: "database" },
};

describe("a Job that is made for one command", () => {
  let standIn: StandInKubectl;
  let kubectl: Kubectl;
  beforeEach(() => {
    standIn = new StandInKubectl();
    kubectl = new Kubectl("/dev/null", standIn.variables);
  });
  afterEach(() => {
    standIn.remove();
  });
  const never = new AbortController().signal;
  const silent = (): void => undefined;

  for (const [condition, isWell] of [
    ["Complete", true],
    ["Failed", false],
  ] as const) {
    it(`is waited for until it is ${condition}, and its pods' log is had whole`, async () => {
      standIn.endJob(condition, "[pod/again-1/bootstrap] bootstrap: roles\n");
      await kubectl.create(job);
      expect(await kubectl.ended(job, never, silent)).to.equal(isWell);
      expect(await kubectl.log(job)).to.equal("[pod/again-1/bootstrap] bootstrap: roles");
      expect(standIn.calls().at(-1)).to.equal(
        "logs --namespace=database --selector=batch.kubernetes.io/job-name=again-1 --all-containers --prefix --tail=-1",
      );
    });
  }

  it("owns what is made beside it, so that the cluster removes both", async () => {
    await kubectl.create(job, [{ kind: "NetworkPolicy", metadata: { name: "again-1", labels: { a: "b" } } }]);
    const policy = standIn.objects().find(({ kind }) => kind === "NetworkPolicy");
    expect(policy?.["metadata"]).to.deep.equal({
      ...{ name: "again-1", labels: { a: "b" }, uid: "uid-of-again-1" },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name: "again-1", uid: "uid-of-again-1" }],
    });
  });

  it("goes on where whoever waits breaks off, and how to see its log is said", async () => {
    await kubectl.create(job);
    const over = new AbortController();
    over.abort();
    standIn.leaveJob();
    expect(await kubectl.ended(job, over.signal, silent).then(String, String)).to.contain(
      "The Job continues: kubectl logs --namespace database --selector batch.kubernetes.io/job-name=again-1 --follow",
    );
    expect(standIn.objects()).to.have.length(1);
  });

  it("says kubectl's own words where it does not do it", async () => {
    expect(await kubectl.call(["cordon", "node-1"]).then(String, String)).to.contain(
      "`kubectl cordon node-1` did not succeed: ",
    );
  });
});
