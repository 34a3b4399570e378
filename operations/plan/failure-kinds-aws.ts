import { groundworkCommand } from "../../guard/printed-command";
import { corrected, settings, then, type Failure, type FailureKind } from "./failure";
import { importLine } from "./take-over";

const retaken = (failure: Failure): string => importLine(failure.urn, failure.step?.new, failure.place);

/** What single services end a run with. These are looked for before the kinds that all clouds have. */
export const awsKinds: readonly FailureKind[] = [
  {
    name: "final snapshot exists",
    said: /Snapshot\w*AlreadyExists|snapshot .*already exists/i,
    means: "The final snapshot of an earlier destroy has this name.",
    wayOn: (failure) =>
      `Write another finalSnapshotIdentifier into ${settings(failure, ["finalSnapshotIdentifier"])}, ` +
      `apply it with \`${groundworkCommand`up ${failure.stack}`}\`, then call \`${failure.call}\`.`,
    runbook: "runbooks/destroy.md",
  },
  {
    name: "name of what is being deleted",
    said: /scheduled for deletion/i,
    means: "Something of this name was deleted, and can be called back until its days are over.",
    wayOn: (failure) =>
      `Call it back (a secret: \`aws secretsmanager restore-secret --secret-id NAME\`) and take it over: ${retaken(failure)}; ${then(failure)}`,
    runbook: "runbooks/destroy.md",
  },
  {
    name: "name taken for a time",
    said: /QueueDeletedRecently|wait \d+ seconds after deleting|OperationAborted|conflicting conditional operation/i,
    means:
      "The cloud gives a name away again only some time after it was deleted: a queue's after 60 seconds, a bucket's after up to some hours.",
    wayOn: (failure) => `Wait; ${then(failure)}`,
    runbook: "runbooks/destroy.md",
  },
  {
    name: "name of another account",
    said: /\bBucketAlreadyExists\b|StorageAccountAlreadyTaken/,
    means: "Somebody else in the world has this name.",
    wayOn: (failure) => `Write another into ${settings(failure, ["bucket"])}, and call \`${failure.call}\`.`,
  },
  {
    // Where the provider asks again by itself, this is what it ends with after two minutes.
    name: "role not known yet",
    said: /role with ARN \S+ could not be found|role provided in the request does not exist|error in role params|unable to assume (the )?(given |service )?(IAM )?role|role .*(cannot|could not) be assumed|invalid IAM instance profile|has no associated IAM roles|instance profile does not exist|principalArn is invalid|not found in the trust relationships/i,
    means: "IAM tells other services of a role some seconds after it was made.",
    wayOn: (failure) =>
      `If this run has made it, \`${failure.call}\` continues from here. If the same call ends the same way, the role is not there, or does ` +
      `not trust the service: where settings name it, correct ${settings(failure)}.`,
  },
  {
    name: "service-linked role missing",
    said: /ServiceLinkedRoleCreationNotPermitted|create the service-linked role/i,
    means:
      "The service needs a role of its own in the account, makes it with the first use, and these credentials may not let it.",
    wayOn: (failure) =>
      `Somebody who may makes it once for the account (for spot: \`aws iam create-service-linked-role --aws-service-name spot.amazonaws.com\`); ${then(failure)}`,
    runbook: "runbooks/accounts.md",
  },
  {
    name: "account not ready",
    said: /PendingVerification|OptInRequired|account is currently blocked|region is being validated/i,
    means:
      "AWS does not let this account do it yet, or not in this region. It is a matter between the account and AWS.",
    wayOn: (failure) =>
      `Look for AWS's mail, opt in to the service or region, or write to its support: hours are usual; ${then(failure)}`,
    runbook: "runbooks/accounts.md",
  },
  {
    name: "record exists",
    said: /tried to create resource record set.*already exists|conflicting RRSet/is,
    means:
      "The zone has a record of this name, which the state does not know: somebody made it by hand, or another stack has it.",
    wayOn: (failure) =>
      `Look who has it (\`aws route53 list-resource-record-sets\`). If it is this stack's, ${retaken(failure)} takes it over, ${then(failure)} ` +
      `Else give this one another name in ${settings(failure)}.`,
    runbook: "runbooks/dns.md#if-not",
  },
  {
    name: "port taken",
    said: /DuplicateListener|listener port '?\d+'? is already in use|PriorityInUse/i,
    means:
      "The load balancer has a listener on this port, or a rule of this priority, already: one at a time has it.",
    wayOn: (failure) =>
      `If it was this stack's own, which goes in the same run, \`${failure.call}\` continues from here. If it is somebody's, ` +
      `${retaken(failure)} takes it over, or choose another in ${settings(failure)}.`,
    runbook: "fleets.md#load-balancers",
  },
  {
    name: "zones",
    said: /DoesNotCoverEnoughAZs|availability zone coverage|UnsupportedAvailabilityZone|does not support creating control plane instances in/i,
    means:
      "The subnets lie in too few availability zones, or in one that the service is not in; the error names those that do.",
    wayOn: (failure) => `Correct the zones in ${failure.settingAt("network")}, and call \`${failure.call}\`.`,
    runbook: "runbooks/cluster.md#create-one",
  },
  {
    name: "key not usable",
    said: /KMSKeyNotAccessible|InvalidKMSKey|KMSInvalidState|KMS key .{0,200}(does not exist|not enabled|incorrect state)|inaccessible AWS KMS key/is,
    means:
      "The key is disabled, waits for its deletion, lies in another region, or its policy does not let in the service or who calls.",
    wayOn: (failure) =>
      "`aws kms describe-key --key-id KEY` says how it is. One that waits for its deletion: `aws kms cancel-key-deletion --key-id KEY`, then " +
      `\`aws kms enable-key --key-id KEY\`. Without it what it encrypts cannot be read; ${then(failure)}`,
    runbook: "runbooks/destroy.md",
  },
  {
    name: "storage not taken",
    said: /IOPS or storage throughput|storage.optimization|storage size .{0,60}less than|Invalid storage size/i,
    means:
      "The volume cannot have these operations, this throughput or this size, or was changed less than six hours ago.",
    wayOn: (failure) => corrected(failure, ["iops", "storageThroughput", "allocatedStorage", "storageType"]),
    runbook: "database.md#gp3",
  },
  {
    name: "certificate not usable",
    said: /CertificateNotFound|UnsupportedCertificate|certificate '?arn:\S+ (not found|must have)/i,
    means: "The load balancer gets no such certificate: it is in another region, not issued yet, or gone.",
    wayOn: (failure) =>
      `\`aws acm describe-certificate --certificate-arn ARN\` says how it is. ${corrected(failure, ["certificateArn"])}`,
    runbook: "runbooks/dns.md#certificates",
  },
  {
    name: "certificate not validated",
    said: /ACM Certificate .{0,200}issued|PENDING_VALIDATION|certificate to be issued/is,
    means: "ACM looks for a record in the public DNS that proves the name, and has not found it.",
    wayOn: (failure) =>
      `\`${groundworkCommand`dns check ${failure.stack}`}\` says whether the zone above leads to this one. When it does, \`${failure.call}\` continues from here.`,
    runbook: "runbooks/dns-delegation.md",
  },
  {
    name: "nodes do not join",
    said: /NodeCreationFailure|failed to join the kubernetes cluster/i,
    means:
      "The nodes run, and do not reach the cluster: no way out of their subnets, an image of another architecture, or a role that is not let in.",
    wayOn: (failure) =>
      `Their console says where they stopped (\`aws ec2 get-console-output --instance-id ID\`; the error names them). Correct that in ${settings(failure)}; ${then(failure)}`,
    runbook: "runbooks/nodes.md#add-or-remove",
  },
  {
    name: "ssh",
    said: /\bssh: |knownhosts: key mismatch|dial tcp \S+:22: |Host key verification failed/i,
    means:
      "The machine does not let the program in by SSH: port 22 is closed to this address, the machine is not up, its key is another, or it does not know ours.",
    wayOn: (failure) => `Look which, and correct that; ${then(failure)}`,
    runbook: "runbooks/metal-worker-fails.md",
  },
];

/** After the kinds that say more: why the machines did not come. */
export const machinesKind: FailureKind = {
  name: "no machine becomes healthy",
  said: /healthy instance(\(s\)|s) in (Auto Scaling|ASG|ELB)|capacity satisfied: |instance refresh .{0,200}(failed|cancelled|rollback)/is,
  means:
    "The group starts machines, and they do not become healthy in time. Its activities say why one did not start; a machine's own log says the rest.",
  wayOn: (failure) =>
    "`aws autoscaling describe-scaling-activities --auto-scaling-group-name NAME` shows them. " +
    `Correct that in ${settings(failure)}; ${then(failure)}`,
  runbook: "runbooks/workers.md",
};
