import type { Refusal, Subject } from "../../interpreter/entry";
import {
  counted,
  machine,
  nodes,
  running,
  vcpuQuotaNames,
  type Bucket,
  type Machines,
} from "./machine-vcpus";
import type { Quota } from "./quota";

const asked = (subject: Subject): Machines =>
  subject.type.includes(":NodeGroup") ? nodes(subject.inputs) : machine(subject.inputs);

/** What EC2 says of a machine that an account may not have. */
function vcpuRefusal(limit: number, { isSpot }: Pick<Machines, "isSpot">): Refusal {
  return isSpot
    ? { code: "MaxSpotInstanceCountExceeded", message: "Max spot instance count exceeded" }
    : {
        code: "VcpuLimitExceeded",
        message:
          `You have requested more vCPU capacity than your current vCPU limit of ${String(limit)} allows for the instance bucket that the ` +
          "specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
      };
}

/** A node group is made, and fails at its machines; the provider waits for it and prints the health issue. */
function asNodes({ code, message }: Refusal, { isSpot }: Machines): Refusal {
  const kind = isSpot ? "Spot" : "On-Demand";
  return {
    code,
    byProvider: true,
    message:
      "unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'. last error: AsgInstanceLaunchFailures: Could not launch " +
      `${kind} Instances. ${code} - ${message} Launching EC2 instance failed.`,
  };
}

/**
 * vCPUs that run at a time; bare metal counts with its family. Source of what an account in use has: "EC2 On-Demand Instance limits" in the
 * EC2 FAQ (1152, and 128 a bucket; "new AWS accounts may start with limits that are lower"). Of a young one: the defaults in "Amazon EC2
 * On-Demand Instance quotas", 5 for standard families and none for others.
 */
export const vcpuQuotas: readonly Quota[] = (Object.keys(vcpuQuotaNames) as Bucket[]).flatMap((bucket) =>
  vcpuQuotaNames[bucket].map(([code, name], kind): Quota => {
    const spot = kind === 1;
    return {
      ...{ service: "ec2", code, name },
      ...(bucket === "standard" ? { standard: 1152, young: 5 } : { standard: 128, young: 0 }),
      types: ["aws:ec2/instance:Instance", "aws:eks/nodeGroup:NodeGroup"],
      used: (_subject, cloud) => running(cloud, bucket, spot),
      wants: (subject) => counted(asked(subject), bucket, spot),
      refusal: (limit, subject) => {
        const refusal = vcpuRefusal(limit, asked(subject));
        return subject.type.includes(":NodeGroup") ? asNodes(refusal, asked(subject)) : refusal;
      },
    };
  }),
);
