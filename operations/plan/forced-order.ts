import { nameOf, typeOf } from "./plan";

/** An order that a cloud demands although no value passes from one resource to the other. */
interface OrderRule {
  /** What has to wait. */
  readonly type: string | RegExp;
  /** What it waits for. */
  readonly on: string | RegExp;
  /** Only those of the type whose name ends like this. */
  readonly named?: RegExp;
  /** As the end of "it waits because …". */
  readonly why: string;
  /** Who says so. */
  readonly source: string;
}

/** What has pods, and is waited for until they run. */
const pods = /^kubernetes:(apps\/v1:(Deployment|StatefulSet|DaemonSet)|batch\/v1:Job)$/;
/** What starts machines in a subnet. */
const machines = /^aws:(ec2\/instance:Instance|autoscaling\/group:Group|eks\/nodeGroup:NodeGroup)$/;
/** What lets somebody do something. */
const grants = /^aws:iam\/(rolePolicy:RolePolicy|rolePolicyAttachment:RolePolicyAttachment)$/;
/** What acts with a role from the moment that it is made. */
const acting =
  /^aws:(ec2\/(instance:Instance|flowLog:FlowLog)|autoscaling\/group:Group|eks\/(cluster:Cluster|nodeGroup:NodeGroup|addon:Addon)|imagebuilder\/imagePipeline:ImagePipeline)$/;

/** Every one of them, in one place. What is not here, and passes no value, is this program's own wish. */
const orderRules: readonly OrderRule[] = [
  {
    type: "aws:eks/nodeGroup:NodeGroup",
    on: "aws:eks/addon:Addon",
    named: /(vpc-cni|kube-proxy|eks-pod-identity-agent)$/,
    why: "a node becomes ready with a network plug-in only, and a group that finds none fails",
    source:
      "terraform-aws-modules/terraform-aws-eks #2820 and #3327; Amazon EKS User Guide, Networking add-ons",
  },
  {
    type: "aws:eks/addon:Addon",
    on: "aws:eks/nodeGroup:NodeGroup",
    why: "the pods of an add-on that is a Deployment need a node; until then it is DEGRADED",
    source: "Amazon EKS User Guide, Add-on status: InsufficientNumberOfReplicas",
  },
  {
    type: pods,
    on: "aws:eks/nodeGroup:NodeGroup",
    why: "pods need a node",
    source: "Kubernetes, Assigning Pods to Nodes; pulumi-kubernetes, provider/pkg/await/deployment.go",
  },
  {
    type: pods,
    on: "aws:eks/addon:Addon",
    named: /coredns$/,
    why: "pods resolve names through the cluster's DNS",
    source: "Kubernetes, DNS for Services and Pods",
  },
  {
    type: /^kubernetes:apps\/v1:/,
    on: "kubernetes:batch/v1:Job",
    why: "its pods log in as a role that the job makes in the database, and fail until then",
    source:
      "PostgreSQL, Client Authentication: a role that is not there is refused; Kubernetes, CrashLoopBackOff",
  },
  {
    type: "kubernetes:core/v1:Service",
    on: /^kubernetes:apps\/v1:/,
    why: "the provider waits with a Service until a pod is ready behind it",
    source: "pulumi-kubernetes, provider/pkg/await/service.go",
  },
  {
    type: "pulumi:providers:kubernetes",
    on: /^aws:eks\/(accessEntry:AccessEntry|accessPolicyAssociation:AccessPolicyAssociation)$/,
    why: "the cluster lets nobody in without an access entry",
    source: "Amazon EKS User Guide, Access entries (bootstrapClusterCreatorAdminPermissions: false)",
  },
  {
    type: machines,
    on: /^aws:ec2\/(routeTableAssociation:RouteTableAssociation|route:Route)$/,
    why: "a machine that boots without its way out fetches nothing",
    source: "Amazon VPC User Guide, NAT gateways; Amazon EKS User Guide, VPC requirements",
  },
  {
    type: /^aws:ec2\/(eip:Eip|natGateway:NatGateway)$/,
    on: /^aws:ec2\/(internetGateway:InternetGateway|route:Route)$/,
    why: "EC2 refuses public addresses in a VPC without an internet gateway",
    source: "Amazon EC2 API, AllocateAddress; Amazon VPC User Guide, NAT gateways",
  },
  {
    type: acting,
    on: grants,
    why: "it acts with the role as soon as it is made",
    source:
      "Amazon EKS User Guide, Cluster IAM role; AWS IAM User Guide, Changes are not always immediately visible",
  },
  {
    type: /^kubernetes:/,
    on: "kubernetes:core/v1:Namespace",
    why: "an object is in a namespace that is there",
    source: "Kubernetes, Namespaces",
  },
  {
    type: "aws:sqs/queue:Queue",
    on: "aws:sqs/queue:Queue",
    why: "SQS takes only a dead-letter queue that is there",
    source: "Amazon SQS API, SetQueueAttributes, RedrivePolicy",
  },
  {
    type: "aws:eks/cluster:Cluster",
    on: "aws:cloudwatch/logGroup:LogGroup",
    why: "EKS makes the group itself where there is none, and then it is not the stack's",
    source: "Amazon EKS User Guide, Control plane logs",
  },
  {
    type: "aws:rds/instance:Instance",
    on: "aws:cloudwatch/logGroup:LogGroup",
    why: "RDS makes the group itself where there is none, and then it is not the stack's",
    source: "Amazon RDS User Guide, Publishing logs to CloudWatch Logs",
  },
  {
    type: "kubernetes:batch/v1:Job",
    on: /^aws:(eks\/podIdentityAssociation:PodIdentityAssociation|secretsmanager\/secretVersion:SecretVersion)$/,
    why: "its pods take what they read, and who they are, when they start",
    source: "Amazon EKS User Guide, EKS Pod Identity: the association must be there when the pod starts",
  },
  {
    type: /^aws:lb\/listenerRule:ListenerRule$|^aws:autoscaling\/(attachment:Attachment|policy:Policy)$/,
    on: /^aws:(lb\/(listener:Listener|listenerRule:ListenerRule)|autoscaling\/attachment:Attachment)$/,
    why: "a target group counts when a load balancer sends to it",
    source: "Amazon EC2 Auto Scaling User Guide, Attach an Elastic Load Balancing load balancer",
  },
  {
    type: "aws:route53/record:Record",
    on: "aws:route53/record:Record",
    why: "a delegated zone answers only when its parent names it",
    source: "Amazon Route 53 Developer Guide, Delegating a subdomain",
  },
  {
    type: "command:remote:Command",
    on: "command:remote:Command",
    why: "a step on a machine finds what the one before has put there",
    source: "boot/metal-worker: each script begins where the one before ends",
  },
];

const rulesOf = new Map<string, readonly OrderRule[]>();

/** The rule by which a resource of this type has to wait for another; undefined where no cloud demands it. */
export function orderRule(type: string, on: string): OrderRule | undefined {
  const rules = rulesOf.get(type) ?? orderRules.filter((rule) => matches(rule.type, type));
  rulesOf.set(type, rules);
  if (rules.length === 0) return undefined;
  const other = typeOf(on);
  return rules.find(
    (rule) => matches(rule.on, other) && (rule.named === undefined || rule.named.test(nameOf(on))),
  );
}

function matches(wanted: string | RegExp, type: string): boolean {
  return typeof wanted === "string" ? wanted === type : wanted.test(type);
}
