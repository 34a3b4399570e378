import { expect } from "chai";
import { policyDocument } from "../../components/policy-document";
import { WorkloadIdentity } from "../../components/cluster/workload-identity";
import { ACCOUNT } from "../support/cloud";
import { RestrictedNamespace } from "../../components/kubernetes/restricted-namespace";
import { record, type Recording } from "../support/mocks";
import { stackContext } from "../support/settings";

const policy = policyDocument([
  { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::bucket/*"] },
]);

function recordIdentity(): Promise<Recording<WorkloadIdentity>> {
  return record(
    () =>
      new WorkloadIdentity("reader", {
        context: stackContext(),
        clusterName: "groundwork-dev-cluster",
        namespace: "workloads",
        serviceAccount: "frontend",
        inCluster: new RestrictedNamespace("workloads", { context: stackContext(), namespace: "workloads" }),
        policy,
      }),
  );
}

describe("a workload's identity", () => {
  it("is a role that EKS hands to the pods of one service account, and to nobody else", async () => {
    const recording = await recordIdentity();
    const role = recording.one("aws:iam/role:Role");
    const trust = JSON.parse(String(role.inputs["assumeRolePolicy"])) as {
      Statement: { Principal: unknown; Condition: unknown }[];
    };
    expect(trust.Statement[0]?.Principal).to.deep.equal({ Service: "pods.eks.amazonaws.com" });
    expect(trust.Statement[0]?.Condition).to.deep.equal({
      StringEquals: {
        "aws:RequestTag/eks-cluster-arn": `arn:aws:eks:eu-west-1:${ACCOUNT}:cluster/groundwork-dev-cluster`,
        "aws:RequestTag/kubernetes-namespace": "workloads",
        "aws:RequestTag/kubernetes-service-account": "frontend",
      },
    });
    expect(recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs).to.deep.equal({
      clusterName: "groundwork-dev-cluster",
      namespace: "workloads",
      serviceAccount: "frontend",
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${recording.idOf(role)}`,
    });
  });

  it("is made when the cluster serves: EKS knows no association of a cluster that is not there", async () => {
    const recording = await recordIdentity();
    const association = recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation");
    expect(recording.dependencies(association)).to.include("workloads");
  });

  it("may what it is for before any pod has it", async () => {
    const recording = await recordIdentity();
    const permission = recording.one("aws:iam/rolePolicy:RolePolicy");
    expect(permission.inputs["policy"]).to.equal(policy);
    const association = recording.one("aws:eks/podIdentityAssociation:PodIdentityAssociation");
    expect(association.options.dependencies).to.include(permission.urn);
  });
});
