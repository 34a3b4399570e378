/** Something that was really said, and where that is public. */
export interface Said {
  readonly words: string;
  /** Default: it is said by the engine, or by the program itself. */
  readonly source?: string;
}

const hub = "https://github.com/";
const tf = `${hub}hashicorp/terraform-provider-aws/issues/`;
const eks = `${hub}pulumi/pulumi-eks/issues/`;
const at = (source: string, ...words: readonly string[]): readonly Said[] =>
  words.map((one) => ({ words: one, source }));
const own = (...words: readonly string[]): readonly Said[] => words.map((one) => ({ words: one }));

/**
 * What is said, by the kind that it is of. Account numbers and names of others are left out; the rest is as it was reported. Where
 * nobody has reported it, the source is the provider's code or the API's reference.
 */
export const said: Readonly<Record<string, readonly Said[]>> = {
  policy: own("policy encrypted-volumes: the volume is not encrypted"),
  "waited in vain": own(
    'before hook "groundwork-dns-serving" failed: app.example.com: the load balancer a0123 in eu-west-1 does not serve after 15 minutes',
    'before hook "groundwork-static-service-gate" failed: dns in eu-west-1, machine 1 of 2: no new machine has become healthy',
  ),
  guarded: own('unable to replace resource "x" as part of a deployment because it is protected'),
  "cut off": own("error: unexpected end of JSON input"),
  "disk full": own("write /state/.pulumi/stacks/dev.json: no space left on device"),
  "state not written": at(
    `${hub}pulumi/pulumi/issues/19452`,
    "post-step event returned an error: failed to save snapshot: An IO error occurred while writing the new snapshot file: blob " +
      '(key ".pulumi/stacks/provisioner/prod.json") (code=Unknown): ExpiredToken: The provided token has expired.',
  ),
  killed: own("The engine was killed.", "The engine ended without saying why."),
  "no room for pods": at(
    "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    "Warning FailedScheduling default-scheduler 0/42 nodes available: insufficient cpu",
    "[Pod podinfo-1]: [PodScheduled] Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.",
  ),
  "image cannot be pulled": at(
    `${hub}pulumi/pulumi-kubernetes/issues/866`,
    "resource unbound was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become live: 'unbound' timed out " +
      "waiting to be Ready: Minimum number of Pods to consider the application live was not attained: [Pod unbound-786777d854-sw8tq]: containers with " +
      'unready status: [unbound healthz] -- [ImagePullBackOff] Back-off pulling image "googlecontainer/exechealthz:1.2"',
  ),
  crashes: at(
    `${hub}pulumi/pulumi-kubernetes/issues/866`,
    "[Pod unbound-786777d854-sw8tq]: containers with unready status: [unbound] -- [CrashLoopBackOff] Back-off 5m0s restarting failed container=unbound",
  ),
  "probe fails": at(
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
    "[Pod web-1]: Readiness probe failed: HTTP probe failed with statuscode: 503",
    "[Pod web-1]: containers with unready status: [web]",
  ),
  "pod security": at(
    `${hub}open-policy-agent/gatekeeper/issues/2633`,
    'Error creating: pods "gatekeeper-controller-manager-75578bc95d-pc2wp" is forbidden: violates PodSecurity "restricted:v1.24": host namespaces ' +
      '(hostNetwork=true), hostPort (container "manager" uses hostPorts 8443, 8888, 9090)',
  ),
  "admission denied": [
    ...at(
      `${hub}digitalocean/do-operator/issues/58`,
      'Error from server (Forbidden): error when creating "sample.yaml": admission webhook "vdatabaseuser.kb.io" denied the request: spec.cluster: Not found: default/my-app-db',
    ),
    ...at(
      "https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/",
      'Internal error occurred: failed calling webhook "mutate.example.com": no endpoints available for service "webhook"',
    ),
  ],
  "not known to the cluster": [
    ...at(
      `${eks}296`,
      "unable to load schema information from the API server: the server has asked for the client to provide credentials",
    ),
    ...at(
      "https://kubernetes.io/docs/reference/access-authn-authz/rbac/",
      'configmaps is forbidden: User "a" cannot create resource "configmaps" in API group "" in the namespace "podinfo"',
    ),
  ],
  "API server out of reach": at(
    `${hub}cloudposse/terraform-aws-eks-cluster/issues/79`,
    'Get "https://ABC.sk1.us-west-2.eks.amazonaws.com/api/v1/namespaces/kube-system/configmaps/aws-auth": dial tcp 10.46.162.87:443: i/o timeout',
  ),
  "cluster unreachable": at(
    `${hub}pulumi/pulumi/issues/3274`,
    "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: dial tcp: lookup 1234.eks.amazonaws.com: no such host",
  ),
  "final snapshot exists": at(
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html",
    "deleting RDS DB Instance (groundwork-dev): operation error RDS: DeleteDBInstance, https response error StatusCode: 400, RequestID: 1, " +
      "DBSnapshotAlreadyExists: Cannot create the snapshot because a snapshot with the identifier groundwork-dev-final already exists.",
  ),
  "name of what is being deleted": at(
    "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html",
    "creating Secrets Manager Secret (dev/db): operation error Secrets Manager: CreateSecret, https response error StatusCode: 400, RequestID: " +
      "1, InvalidRequestException: You can't create this secret because a secret with this name is already scheduled for deletion.",
  ),
  "name taken for a time": [
    ...at(
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
      "creating SQS Queue (dev_mail): operation error SQS: CreateQueue, https response error StatusCode: 400, RequestID: 1, QueueDeletedRecently: " +
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    ),
    ...at(
      "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
      "creating S3 Bucket (reports): operation error S3: CreateBucket, https response error StatusCode: 409, OperationAborted: A conflicting " +
        "conditional operation is currently in progress against this resource. Please try again.",
    ),
  ],
  "name of another account": [
    ...at(
      "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
      "creating S3 Bucket (reports): operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: 1, BucketAlreadyExists: " +
        "The requested bucket name is not available.",
    ),
    ...at(
      `${hub}hashicorp/terraform/issues/11485`,
      'StatusCode=409 -- Original Error: autorest/azure: Service returned an error. Status=409 Code="StorageAccountAlreadyTaken" ' +
        'Message="The storage account named accsa is already taken."',
    ),
  ],
  "role not known yet": [
    ...at(
      `${eks}203`,
      "error creating EKS Cluster (test-1480f64): InvalidParameterException: Error in role params",
    ),
    ...at(
      `${hub}apex/up/issues/189`,
      "updating function config: InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.",
    ),
    ...at(
      "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html",
      "creating EKS Node Group (dev:default): operation error EKS: CreateNodegroup, https response error StatusCode: 400, " +
        "InvalidParameterException: The role with ARN arn:aws:iam::482913067251:role/nodes could not be found.",
      "creating EC2 Instance: api error InvalidParameterValue: Value (dev) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
      "creating EKS Access Entry (dev:a): InvalidParameterException: The specified principalArn is invalid: invalid principal.",
      "creating Flow Log (vpc-1): api error InvalidParameter: Unable to assume given IAM role",
      "updating EKS Add-On (dev:vpc-cni): InvalidParameterException: Role provided in the request does not exist.",
    ),
  ],
  "service-linked role missing": at(
    `${hub}kubernetes/kops/issues/16475`,
    "creating instance, with fleet error(s), AuthFailure.ServiceLinkedRoleCreationNotPermitted: The provided credentials do not have permission to " +
      "create the service-linked role for EC2 Spot Instances.",
  ),
  "account not ready": at(
    `${hub}splunk/attack_range/issues/1367`,
    "creating EC2 Instance: operation error EC2: RunInstances, https response error StatusCode: 400, RequestID: 5bb8253a, api error PendingVerification: Your " +
      "request for accessing resources in this region is being validated, and you will not be able to launch additional resources in this region until the validation is complete.",
  ),
  "record exists": [
    ...at(
      `${hub}clouddrove/terraform-aws-ses/issues/25`,
      "creating Route 53 Record: InvalidChangeBatch: [Tried to create resource record set [name='mydomain.dev.', type='TXT'] but it already exists]",
    ),
    ...at(
      `${hub}hashicorp/terraform/issues/9732`,
      "InvalidChangeBatch: RRSet of type A with DNS name test_record.sl.internal. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone sl.internal.",
    ),
  ],
  "port taken": at(
    `${hub}hashicorp/terraform/issues/26407`,
    "error creating ELBv2 Listener: DuplicateListener: A listener already exists on this port for this load balancer 'arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/net/a/1'",
    "Error modifying LB Listener: ValidationError: Listener port '7328' is already in use",
  ),
  zones: [
    ...at(
      `${tf}17373`,
      "Error creating DB Subnet Group: DBSubnetGroupDoesNotCoverEnoughAZs: DB Subnet Group doesn't meet availability zone coverage requirement. " +
        "Please add subnets to cover at least 2 availability zones. Current coverage: 1",
    ),
    ...at(
      `${eks}1401`,
      "creating EKS Cluster (cl): operation error EKS: CreateCluster, https response error StatusCode: 400, RequestID: 335a16a7, UnsupportedAvailabilityZoneException: " +
        "Cannot create cluster 'cl' because EKS does not support creating control plane instances in us-east-1e, the targeted availability zone.",
    ),
    ...at(
      `${hub}eksctl-io/eksctl/issues/817`,
      "Cannot create cluster 'app-staging' because us-east-1e, the targeted availability zone, does not currently have sufficient capacity to support the cluster. " +
        "(Service: AmazonEKS; Status Code: 400; Error Code: UnsupportedAvailabilityZoneException)",
    ),
  ],
  "key not usable": [
    ...at(
      `${tf}16362`,
      "error creating RDS cluster: KMSKeyNotAccessibleFault: The specified KMS key [arn:aws:kms:us-east-1:1:key/0851aeeb] does not exist, is not enabled or you do not have permissions to access it.",
    ),
    ...at(
      `${hub}github-aws-runners/terraform-aws-github-runner/issues/3546`,
      "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state",
    ),
    ...at(
      `${hub}aws/aws-cdk/issues/34491`,
      "One or more of the attached Amazon EBS volumes are encrypted with an inaccessible AWS KMS key",
    ),
  ],
  "storage not taken": at(
    `${hub}crossplane-contrib/provider-aws/issues/1630`,
    "InvalidParameterCombination: You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.",
  ),
  "certificate not usable": at(
    `${hub}cloudposse/terraform-aws-acm-request-certificate/issues/58`,
    "creating ELBv2 Listener (arn:aws:elasticloadbalancing:eu-central-1:1:loadbalancer/app/XXX/9202ae7b846a2e1c): UnsupportedCertificate: The certificate " +
      "'arn:aws:acm:eu-central-1:1:certificate/e7050367' must have a fully-qualified domain name, a supported signature, and a supported key size.",
  ),
  "certificate not validated": at(
    `${tf}9338`,
    "Expected certificate to be issued but was in state PENDING_VALIDATION",
    "waiting for ACM Certificate (arn:aws:acm:eu-west-1:1:certificate/1) to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)",
  ),
  "nodes do not join": at(
    `${tf}35242`,
    "waiting for EKS Node Group (alan-test:alan-test-node-group) create: unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: " +
      "i-04f75f53f0d51d3a8: NodeCreationFailure: Instances failed to join the kubernetes cluster",
  ),
  ssh: [
    ...at(
      `${hub}pulumi/pulumi-command/issues/35`,
      "error: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    ),
    ...at(`${hub}melbahja/goph/issues/50`, "ssh: handshake failed: knownhosts: key mismatch"),
    ...at(
      "https://pkg.go.dev/golang.org/x/crypto/ssh#Dial",
      "after 10 failed attempts: dial tcp 203.0.113.5:22: connect: connection refused",
    ),
  ],
  exists: [
    ...at(
      "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",
      "creating IAM Role (dev-web): operation error IAM: CreateRole, https response error StatusCode: 409, EntityAlreadyExists: Role with name dev-web already exists.",
      "creating CloudWatch Logs Log Group (/aws/eks/dev/cluster): ResourceAlreadyExistsException: The specified log group already exists",
      "creating Security Group (dev): api error InvalidGroup.Duplicate: The security group 'dev' already exists for VPC 'vpc-1'",
      "creating S3 Bucket (reports): BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.",
      "creating RDS DB Instance (dev): operation error RDS: CreateDBInstance, https response error StatusCode: 400, DBInstanceAlreadyExists: DB instance already exists",
    ),
    ...own(
      'resource podinfo/podinfo was not successfully created by the Kubernetes API server: deployments.apps "podinfo" already exists',
    ),
  ],
  "locked by the cloud": at(
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    "deleting RDS DB Instance (dev): api error InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
  ),
  throttled: at(
    "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html",
    "reading IAM Role: api error Throttling: Rate exceeded",
    "reading EC2 VPC: api error RequestLimitExceeded: Request limit exceeded.",
  ),
  "no capacity": [
    ...at(
      "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
      "creating RDS DB Instance (dev): api error InsufficientDBInstanceCapacity: db.m7g.large is not available in eu-west-1a",
      "creating EC2 Instance: api error InsufficientInstanceCapacity: We currently do not have sufficient m7g.large capacity in the Availability Zone",
    ),
    ...at(
      `${tf}33665`,
      "waiting for Auto Scaling Group (builders) capacity satisfied: scaling activity (1): Failed: We currently do not have sufficient g5.12xlarge capacity in the " +
        "Availability Zone you requested (us-east-1b). Launching EC2 instance failed.",
    ),
    ...at(
      `${tf}29753`,
      "waiting for Auto Scaling Group (zeus) capacity satisfied: 1 error occurred: Scaling activity (2b361e62): Failed: The requested configuration is currently " +
        "not supported. Please check the documentation for supported configurations. Launching EC2 instance failed.",
    ),
  ],
  quota: [
    ...at(
      `${hub}bentoml/bentoctl/issues/202`,
      "creating EC2 Instance: VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to.",
    ),
    ...at(
      `${hub}coreos/tectonic-forum/issues/196`,
      "Error creating EIP: AddressLimitExceeded: The maximum number of addresses has been reached.",
    ),
    ...at(
      "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
      "creating EC2 VPC: api error VpcLimitExceeded: The maximum number of VPCs has been reached.",
      "creating IAM Role: api error LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000",
      'pods "podinfo" is forbidden: exceeded quota: compute',
      "creating EC2 Instance: api error MaxSpotInstanceCountExceeded: Max spot instance count exceeded",
      "creating ELBv2 application Load Balancer (dev-api): api error TooManyLoadBalancers: The maximum number of load balancers has been reached.",
    ),
  ],
  "no machine becomes healthy": [
    ...at(
      `${hub}privacysandbox/protected-auction-key-value-service/pull/16`,
      "waiting for Auto Scaling Group (kv-server) capacity satisfied: timeout while waiting for state to become 'ok' (last state: 'want at least 4 healthy " +
        "instance(s) in Auto Scaling Group, have 0', timeout: 10m0s)",
    ),
    ...at(`${tf}4893`, "Waiting up to 10m0s: Need at least 1 healthy instances in ELB, have 0."),
  ],
  busy: at(
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html",
    "modifying RDS DB Instance (dev): api error InvalidDBInstanceState: Database instance is not in available state.",
    "updating EKS Cluster (dev) version: api error ResourceInUseException: Cluster has an update in progress",
    "putting SSM Parameter (/dev/a): api error TooManyUpdates: There are concurrent updates for a resource that supports one update at a time.",
    "changing Route 53 records: api error PriorRequestNotComplete: The request was rejected because Route 53 was still processing a prior request.",
  ),
  "not empty": at(
    "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
    "deleting S3 Bucket (reports): api error BucketNotEmpty: The bucket you tried to delete is not empty",
    "deleting Route53 Hosted Zone (Z1): api error HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
  ),
  "in use": [
    ...at(
      `${hub}terraform-aws-modules/terraform-aws-vpc/issues/1081`,
      "deleting EC2 Subnet (subnet-1): DependencyViolation: The subnet 'subnet-1' has dependencies and cannot be deleted.",
    ),
    ...at(
      `${hub}dspace-group/dspace-reference-architecture-aws/issues/16`,
      "error detaching EC2 Internet Gateway (igw-094) from VPC (vpc-033): DependencyViolation: Network vpc-033 has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
    ),
    ...at(
      "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
      "deleting IAM Role (dev-web): DeleteConflict: Cannot delete entity, must detach all policies first.",
      "deleting ELBv2 Target Group: ResourceInUse: Target group 'arn' is currently in use by a listener or a rule",
      "deleting EC2 Security Group: InvalidGroup.InUse: There are active instances using security group",
    ),
  ],
  credentials: at(
    `${hub}pulumi/pulumi-aws/issues/3866`,
    "validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, " +
      "RequestID: 83805f40, api error ExpiredToken: The security token included in the request is expired",
    "unable to validate AWS credentials: no valid credential sources found",
    "DefaultAzureCredential: failed to acquire a token. AADSTS700082: The refresh token has expired",
  ),
  "denied, and why in a code": at(
    `${hub}hashicorp/terraform/issues/23918`,
    "Error launching source instance: UnauthorizedOperation: You are not authorized to perform this operation. Encoded authorization failure message: sPwGqJ6vBHg1vPHLcn4g",
  ),
  "denied by Azure": at(
    `${hub}pulumi/pulumi-azure-native/issues/1511`,
    `cannot check existence of resource '/subscriptions/1/resourcegroups/state': status code 403, {"error":{"code":"AuthorizationFailed","message":"The client 'ann' with object id ` +
      `'YYY' does not have authorization to perform action 'Microsoft.Resources/subscriptions/resourcegroups/read' over scope '/subscriptions/1/resourcegroups/state' or the scope is invalid."}}`,
  ),
  denied: at(
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
    "creating SQS Queue (dev_mail): api error AccessDenied: User: arn:aws:iam::1:user/ann is not authorized to perform: sqs:createqueue on resource: arn:aws:sqs:eu-west-1:1:dev_mail because no identity-based policy allows the sqs:createqueue action",
  ),
  version: at(
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html",
    "creating RDS DB Instance (dev): api error InvalidParameterCombination: Cannot find version 16.99 for postgres",
    "updating RDS DB Instance (dev): api error InvalidParameterCombination: Cannot upgrade postgres from 16.8 to 16.4",
    "creating EKS Cluster (dev): api error InvalidParameterException: unsupported Kubernetes version",
  ),
  "not found": at(
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
    "creating EC2 Subnet: api error InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist",
    "updating IAM Role (dev-web): api error NoSuchEntity: The role with name dev-web cannot be found.",
  ),
  "not healthy": at(
    `${hub}pulumi/pulumi-kubernetes/issues/793`,
    "resource podinfo/podinfo was successfully created, but the Kubernetes API server reported that it failed to fully initialize or become " +
      "live: Minimum number of live Pods was not attained",
  ),
  transient: at(
    "https://docs.aws.amazon.com/general/latest/gr/api-retries.html",
    "waiting for RDS DB Instance (dev) create: timeout while waiting for state to become 'available' (last state: 'creating', timeout: 1h0m0s)",
    "creating SQS Queue: request send failed, Post: dial tcp 10.0.0.1:443: i/o timeout",
    "creating SQS Queue: api error InternalFailure: An internal error has occurred",
    "creating SQS Queue: read: connection reset by peer",
  ),
  invalid: at(
    "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html",
    "creating SQS Queue (dev_mail): api error InvalidAttributeValue: Invalid value for the parameter Policy.",
    "creating IAM Policy (p): api error MalformedPolicyDocument: Syntax errors in policy.",
    "creating EKS Node Group: api error ValidationException: 1 validation error detected",
  ),
  interrupted: own("update canceled"),
  unknown: own("boom"),
};
