import type { StepEventMetadata } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { kindOfFailure, waysOn, type Failure } from "../../../operations/plan/failure-kinds";
import { tellingErrors } from "../../../operations/plan/held-run";
import { settingAt } from "../../../operations/plan/setting-paths";
import { quotas } from "../../../rehearsal/catalogue/quotas/aws-quotas";
import type { Quota } from "../../../rehearsal/catalogue/quotas/quota";
import type { Values } from "../../../rehearsal/interpreter/values";
import { devStack } from "../fixtures";

const messaging = "urn:pulumi:dev::groundwork::groundwork:messaging:Messaging";
const aws = "urn:pulumi:dev::groundwork::pulumi:providers:aws::aws";

interface Seen {
  readonly said: string;
  readonly type?: string;
  readonly op?: StepEventMetadata["op"];
  readonly inputs?: Readonly<Record<string, unknown>>;
}

function failure({ said, type = "aws:sqs/queue:Queue", op = "create", inputs = {} }: Seen): Failure {
  const urn = `${messaging}$${type}::thing`;
  const state = { type, urn, parent: `${messaging}::messaging`, provider: `${aws}::1234`, inputs };
  return {
    urn,
    message: said,
    call: "./groundwork up dev",
    stack: "dev",
    place: devStack.settings.context,
    step: { op, urn, type, new: state, provider: aws } as unknown as StepEventMetadata,
    settingAt: (setting) => settingAt(devStack.settingsFile, setting),
  };
}

const goesOn = "`./groundwork up dev` again continues from here.";

/** In the words of the providers: Terraform's for AWS by its source and by bug reports, Kubernetes', Azure's, and the engine's. */
const said: Readonly<Record<string, readonly string[]>> = {
  "cut off": ["error: unexpected end of JSON input"],
  "disk full": ["write /state/.pulumi/stacks/dev.json: no space left on device"],
  killed: ["The engine was killed.", "The engine ended without saying why."],
  "final snapshot exists": [
    "deleting RDS DB Instance (groundwork-dev): operation error RDS: DeleteDBInstance, https response error StatusCode: 400, RequestID: 1, " +
      "DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier groundwork-dev-final already exists.",
  ],
  "name of what is being deleted": [
    "creating Secrets Manager Secret (dev/db): operation error Secrets Manager: CreateSecret, https response error StatusCode: 400, RequestID: " +
      "1, InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
  ],
  "name taken for a time": [
    "creating SQS Queue (dev_mail): operation error SQS: CreateQueue, https response error StatusCode: 400, RequestID: 1, QueueDeletedRecently: " +
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    "creating S3 Bucket (reports): operation error S3: CreateBucket, https response error StatusCode: 409, OperationAborted: A conflicting " +
      "conditional operation is currently in progress against this resource. Please try again.",
  ],
  "name of another account": [
    "creating S3 Bucket (reports): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: 1, BucketAlreadyExists: " +
      "The requested bucket name is not available.",
  ],
  "role not known yet": [
    "creating EKS Node Group (dev:default): operation error EKS: CreateNodegroup, https response error StatusCode: 400, " +
      "InvalidParameterException: The role with ARN arn:aws:iam::482913067251:role/nodes could not be found.",
    "creating EC2 Instance: api error InvalidParameterValue: Value (dev) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    "creating EKS Access Entry (dev:a): InvalidParameterException: The specified principalArn is invalid: invalid principal.",
    "creating Flow Log (vpc-1): api error InvalidParameter: Unable to assume given IAM role",
    "updating EKS Add-On (dev:vpc-cni): InvalidParameterException: Role provided in the request does not exist.",
  ],
  exists: [
    "creating IAM Role (dev-web): operation error IAM: CreateRole, https response error StatusCode: 409, EntityAlreadyExists: Role with name dev-web already exists.",
    "creating CloudWatch Logs Log Group (/aws/eks/dev/cluster): ResourceAlreadyExistsException: The specified log group already exists",
    "creating Security Group (dev): api error InvalidGroup.Duplicate: The security group 'dev' already exists for VPC 'vpc-1'",
    "creating S3 Bucket (reports): BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.",
    'resource podinfo/podinfo was not successfully created by the Kubernetes API server: deployments.apps "podinfo" already exists',
  ],
  "cluster unreachable": [
    "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: dial tcp: lookup 1234.eks.amazonaws.com: no such host",
  ],
  "locked by the cloud": [
    "deleting RDS DB Instance (dev): api error InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
  ],
  "in use": [
    "deleting EC2 Subnet (subnet-1): api error DependencyViolation: The subnet 'subnet-1' has dependencies and cannot be deleted.",
    "deleting IAM Role (dev-web): DeleteConflict: Cannot delete entity, must detach all policies first.",
    "deleting S3 Bucket (reports): api error BucketNotEmpty: The bucket you tried to delete is not empty",
    "deleting ELBv2 Target Group: ResourceInUse: Target group 'arn' is currently in use by a listener or a rule",
    "deleting EC2 Security Group: InvalidGroup.InUse: There are active instances using security group",
  ],
  credentials: [
    "reading SQS Queue: api error ExpiredToken: The security token included in the request is expired",
    "unable to validate AWS credentials: no valid credential sources found",
    "DefaultAzureCredential: failed to acquire a token. AADSTS700082: The refresh token has expired",
  ],
  denied: [
    "creating SQS Queue (dev_mail): api error AccessDenied: User: arn:aws:iam::1:user/a is not authorized to perform: sqs:createqueue",
    'configmaps is forbidden: User "a" cannot create resource "configmaps" in API group "" in the namespace "podinfo"',
  ],
  throttled: [
    "reading IAM Role: api error Throttling: Rate exceeded",
    "reading EC2 VPC: api error RequestLimitExceeded: Request limit exceeded.",
  ],
  "no capacity": [
    "creating RDS DB Instance (dev): api error InsufficientDBInstanceCapacity: db.m7g.large is not available in eu-west-1a",
    "creating EC2 Instance: api error InsufficientInstanceCapacity: We currently do not have sufficient m7g.large capacity in the Availability Zone",
  ],
  quota: [
    "creating EC2 VPC: api error VpcLimitExceeded: The maximum number of VPCs has been reached.",
    "creating EC2 EIP: api error AddressLimitExceeded: The maximum number of addresses has been reached.",
    "creating EC2 Instance: api error VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows",
    "creating IAM Role: api error LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000",
    'pods "podinfo" is forbidden: exceeded quota: compute',
    "creating EC2 Instance: api error MaxSpotInstanceCountExceeded: Max spot instance count exceeded",
    "creating ELBv2 application Load Balancer (dev-api): api error TooManyLoadBalancers: The maximum number of load balancers has been reached.",
  ],
  version: [
    "creating RDS DB Instance (dev): api error InvalidParameterCombination: Cannot find version 16.99 for postgres",
    "updating RDS DB Instance (dev): api error InvalidParameterCombination: Cannot upgrade postgres from 16.8 to 16.4",
    "creating EKS Cluster (dev): api error InvalidParameterException: unsupported Kubernetes version",
  ],
  busy: [
    "modifying RDS DB Instance (dev): api error InvalidDBInstanceState: Database instance is not in available state.",
    "updating EKS Cluster (dev) version: api error ResourceInUseException: Cluster has an update in progress",
    "putting SSM Parameter (/dev/a): api error TooManyUpdates: There are concurrent updates for a resource that supports one update at a time.",
    "changing Route 53 records: api error PriorRequestNotComplete: The request was rejected because Route 53 was still processing a prior request.",
  ],
  "not found": [
    "creating EC2 Subnet: api error InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist",
    "updating IAM Role (dev-web): api error NoSuchEntity: The role with name dev-web cannot be found.",
  ],
  "not healthy": [
    "resource podinfo/podinfo was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become " +
      "live: Minimum number of live Pods was not attained",
  ],
  transient: [
    "waiting for RDS DB Instance (dev) create: timeout while waiting for state to become 'available' (last state: 'creating', timeout: 1h0m0s)",
    "creating SQS Queue: request send failed, Post: dial tcp 10.0.0.1:443: i/o timeout",
    "creating SQS Queue: api error InternalFailure: An internal error has occurred",
    "creating SQS Queue: read: connection reset by peer",
  ],
  invalid: [
    "creating SQS Queue (dev_mail): api error InvalidAttributeValue: Invalid value for the parameter Policy.",
    "creating IAM Policy (p): api error MalformedPolicyDocument: Syntax errors in policy.",
    "creating EKS Node Group: api error ValidationException: 1 validation error detected",
  ],
  policy: ["policy encrypted-volumes: the volume is not encrypted"],
  guarded: ['unable to replace resource "x" as part of a deployment because it is protected'],
  "waited in vain": [
    'before hook "groundwork-dns-serving" failed: app.example.com: the load balancer a0123 in eu-west-1 does not serve after 15 minutes',
    'before hook "groundwork-static-service-gate" failed: dns in eu-west-1, machine 1 of 2: no new machine has become healthy',
  ],
  interrupted: ["update canceled"],
  unknown: ["boom"],
};

describe("what an error means", () => {
  for (const [kind, messages] of Object.entries(said)) {
    it(`is told by what the cloud says: ${kind}`, () => {
      expect(messages.map((message) => kindOfFailure({ message }).name)).to.deep.equal(
        messages.map(() => kind),
      );
    });
  }

  it("is something that the same call mends in these kinds alone", () => {
    const mended = Object.entries(said)
      .filter(([, [first = ""]]) => waysOn([failure({ said: first })]).includes(goesOn))
      .map(([kind]) => kind);
    expect(mended).to.deep.equal(["throttled", "transient", "interrupted"]);
  });

  it("is said once where several errors have the same way on", () => {
    expect(waysOn([failure({ said: "Rate exceeded" }), failure({ said: "i/o timeout" })])).to.deep.equal([
      goesOn,
    ]);
  });
});

describe("the way on from what exists already", () => {
  const way = (seen: Omit<Seen, "said">): string =>
    waysOn([failure({ said: "already exists", ...seen })]).join("\n");

  it("is the line that takes it over, with its id, its parent and its provider", () => {
    expect(way({ inputs: { name: "dev_mail" } })).to.contain(
      "`./groundwork exec -- pulumi import aws:sqs/queue:Queue thing https://sqs.eu-west-1.amazonaws.com/482913067251/dev_mail " +
        `--parent 'parent=${messaging}::messaging' --provider 'provider=${aws}' --generate-code=false --stack dev\` takes it over, ` +
        "then `./groundwork up dev` continues from here.",
    );
  });

  it("shows what an id of its type looks like where the cloud gives it", () => {
    const text = way({ type: "aws:ec2/securityGroup:SecurityGroup", inputs: { name: "dev" } });
    expect(text)
      .to.contain("SecurityGroup thing ID ")
      .and.to.contain("(ID: the cloud's own, such as sg-903004f8)");
  });

  it("is another name where what is replaced has it until it is gone", () => {
    const text = way({ op: "create-replacement", inputs: { name: "dev_mail" } });
    expect(text)
      .to.contain("The one that it is to replace has this name")
      .and.to.not.contain("pulumi import");
  });
});

describe("the way on from a quota that is used up", () => {
  const way = (quota: Quota, inputs: Seen["inputs"], type = quota.types[0] ?? ""): string => {
    const values = inputs as Values;
    const subject = {
      type,
      name: "thing",
      id: "",
      place: { account: "", region: "" },
      inputs: values,
      outputs: {},
    };
    const { code, message } = quota.refusal(quota.standard, subject);
    const said = code === undefined ? message : `creating it (thing): api error ${code}: ${message}`;
    expect(kindOfFailure({ message: said }).name, said).to.equal("quota");
    return waysOn([failure({ said, type, inputs: inputs ?? {} })]).join("\n");
  };

  /** Of machines and balancers it hangs on what they are. */
  const inputsOf = ({ name }: Quota): NonNullable<Seen["inputs"]> => {
    const [, family = ""] = /(?:On-Demand|All) (Standard|DL|F|G|Inf|P|P4|Trn|X)\b/.exec(name) ?? [];
    const types: Readonly<Record<string, string>> = {
      ...{ Standard: "m7i.metal-24xl", F: "f1.2xlarge", G: "g5.xlarge", Inf: "inf1.xlarge" },
      ...{ P: "p4d.24xlarge", P4: "p4d.24xlarge", X: "x2idn.16xlarge" },
      ...{ DL: "dl1.24xlarge", Trn: "trn1.32xlarge" },
    };
    const spot = name.includes("Spot") ? { instanceMarketOptions: { marketType: "spot" } } : {};
    const kind = name.startsWith("Network Load") ? { loadBalancerType: "network" } : {};
    return family === "" ? kind : { instanceType: types[family], ...spot };
  };

  for (const quota of quotas) {
    it(`names it, with the call that asks for more: ${quota.code} at ${quota.types.join(", ")}`, () => {
      const region = quota.service === "iam" ? "us-east-1" : "eu-west-1";
      expect(way(quota, inputsOf(quota)))
        .to.contain(`"${quota.name}" (${quota.code})`)
        .and.to.contain(
          `\`aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${quota.code} ` +
            `--desired-value NUMBER --region ${region}\``,
        )
        .and.to.contain("then `./groundwork up dev` continues from here.");
    });
  }

  const ofMachines = (spot: boolean): Quota => {
    const found = quotas.find(({ code }) => code === (spot ? "L-34B43A08" : "L-1216C47A"));
    if (found === undefined) throw new Error("no such quota");
    return found;
  };

  it("says the region where it is used up, the resource's own before the stack's", () => {
    const [address] = quotas;
    expect(address && way(address, { region: "us-west-2" }))
      .to.contain("a quota in us-west-2: ")
      .and.to.contain("--region us-west-2`");
  });

  it("names the quota of a node group's machines in the words of a group whose machines do not come", () => {
    const inputs = { instanceTypes: ["m7i.large"] };
    expect(way(ofMachines(false), inputs, "aws:eks/nodeGroup:NodeGroup")).to.contain("(L-1216C47A)");
    const spot = { ...inputs, capacityType: "SPOT" };
    expect(way(ofMachines(true), spot, "aws:eks/nodeGroup:NodeGroup")).to.contain("(L-34B43A08)");
  });

  it("names none where it is not known which", () => {
    const [text = ""] = waysOn([failure({ said: "creating it: api error LimitExceeded: too large" })]);
    expect(text).to.contain("A quota is used up. Have it raised where that can be").and.to.not.contain("L-");
  });
});

describe("the way on from a final snapshot of before", () => {
  it("is another name for it, at its setting", () => {
    const database =
      "urn:pulumi:dev::groundwork::groundwork:database:Database$aws:rds/instance:Instance::database";
    const [text = ""] = waysOn([
      {
        ...failure({ said: "DBSnapshotAlreadyExists: exists" }),
        urn: database,
        call: "./groundwork destroy dev",
      },
    ]);
    expect(text)
      .to.match(
        /another finalSnapshotIdentifier into groundwork:database\.finalSnapshotIdentifier \(Pulumi\.dev\.yaml:\d+\)/,
      )
      .and.to.contain("apply it with `./groundwork up dev`, then call `./groundwork destroy dev`.");
  });
});

describe("the way on where the account has GitHub's OIDC provider", () => {
  it("is to use it, and no other name: an account has one of an address", () => {
    const type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
    const [text = ""] = waysOn([
      {
        ...failure({ said: "EntityAlreadyExists: Provider with url https://token already exists.", type }),
        urn: `urn:pulumi:dev::groundwork::groundwork:ci:Ci$${type}::ci`,
      },
    ]);
    expect(text)
      .to.match(/Else set existingProvider: true in groundwork:ci \(Pulumi\.dev\.yaml:\d+\)/)
      .and.to.contain("then `./groundwork up dev` continues from here.")
      .and.to.not.contain("another name");
  });
});

describe("errors that follow from another", () => {
  it("are not told beside it, and are told where there is no other", () => {
    const first = { urn: "a", message: "boom" };
    const echoes = [
      { urn: undefined, message: "failed to run remediation: context canceled" },
      { urn: undefined, message: "resource monitor shut down while waiting on step's done channel" },
      { urn: undefined, message: "update canceled" },
    ];
    expect(tellingErrors([...echoes, first])).to.deep.equal([first]);
    expect(tellingErrors(echoes)).to.deep.equal(echoes);
  });
});
