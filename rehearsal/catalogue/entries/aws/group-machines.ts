import { gunzipSync } from "node:zlib";
import type { CloudRecord } from "../../../cloud/store";
import type { CloudHands, Draft } from "../../../interpreter/entry";
import {
  isRecord,
  listOf,
  numberOf,
  recordOf,
  textOf,
  textsAt,
  type Values,
} from "../../../interpreter/values";
import { addressType } from "./network-references";
import { parameterType } from "./ssm";

// The machines that an Auto Scaling group starts, and what those do that this program boots: it cannot be run here, so
// it is played, from the same user data. What the scripts in boot/ really do is what their own tests run them for.

const instanceType = "aws:ec2/instance:Instance";
const templateType = "aws:ec2/launchTemplate:LaunchTemplate";

/** Tag that Auto Scaling puts on its machines. */
const groupTag = "aws:autoscaling:groupName";

/** As many machines as are wanted, each with what the template says. */
export function startMachines(group: Draft, cloud: CloudHands): void {
  const template = cloud.find(templateType, textOf(recordOf(group.inputs, "launchTemplate"), "id"));
  if (!template) return;
  const count = numberOf(group.outputs, "desiredCapacity") ?? 0;
  for (let index = 0; index < count; index++) {
    const machine = startMachine(group, template, index, cloud);
    bootMachine(machine, template, group, cloud);
  }
}

function startMachine(group: Draft, template: CloudRecord, index: number, cloud: CloudHands): CloudRecord {
  const { random } = group;
  const id = `i-${random.hex(17)}`;
  const subnets = textsAt(group.inputs, "vpcZoneIdentifiers");
  const [networkInterface = {}] = listOf(template.outputs, "networkInterfaces").filter(isRecord);
  const propagated = listOf(group.inputs, "tags")
    .filter(isRecord)
    .filter((tag) => tag["propagateAtLaunch"] === true)
    .map((tag) => [textOf(tag, "key"), textOf(tag, "value")]);
  const specified = listOf(template.outputs, "tagSpecifications")
    .filter(isRecord)
    .filter((one) => one["resourceType"] === "instance")
    .map((one) => recordOf(one, "tags"));
  const inputs: Values = {
    ami: textOf(template.outputs, "imageId"),
    instanceType: textOf(template.outputs, "instanceType"),
    subnetId: subnets[index % Math.max(subnets.length, 1)] ?? "",
    vpcSecurityGroupIds: textsAt(networkInterface, "securityGroups"),
    tags: Object.assign({}, ...specified, Object.fromEntries(propagated), {
      [groupTag]: group.id,
      "aws:ec2launchtemplate:id": template.id,
      "aws:ec2launchtemplate:version": textOf(recordOf(group.inputs, "launchTemplate"), "version"),
    }) as Values,
  };
  const outputs: Values = {
    ...inputs,
    instanceState: "running",
    privateIp: `10.0.${String(random.int(250))}.${String(4 + random.int(240))}`,
    primaryNetworkInterfaceId: `eni-${random.hex(17)}`,
  };
  cloud.put({ type: instanceType, id, name: group.name, inputs, outputs });
  return cloud.find(instanceType, id) as CloudRecord;
}

/** As boot/lib/machine.sh and boot/static-service/boot.sh: healthy, address, report; or a report why not. */
function bootMachine(machine: CloudRecord, template: CloudRecord, group: Draft, cloud: CloudHands): void {
  const files = filesOf(textOf(template.outputs, "userData"));
  const report = cloud.find(parameterType, (files.get("/etc/groundwork/report-to") ?? "").trim());
  if (!report) return;
  const failure = group.fault?.fault === "unhealthy" ? group.fault : undefined;
  if (!failure) takeAddress(machine, files.get("/etc/groundwork/service.json") ?? "{}", cloud);
  const value = JSON.stringify({
    group: group.id,
    status: failure ? "failed" : "healthy",
    instance: machine.id,
    reason: failure ? `wait until healthy: ${failure.message ?? "copy 1 of 1 has ended 5 times"}` : "",
    at: group.now,
  });
  const version = (numberOf(report.outputs, "version") ?? 0) + 1;
  cloud.put({ ...report, outputs: { ...report.outputs, value, insecureValue: value, version } });
  // Abandoned: the group ends it, and starts none any more.
  if (failure) cloud.remove(instanceType, machine.id);
}

function takeAddress(machine: CloudRecord, service: string, cloud: CloudHands): void {
  const data: unknown = JSON.parse(service);
  const wanted = isRecord(data) ? data["address"] : undefined;
  if (!isRecord(wanted)) return;
  const address = cloud.ofType(addressType).find(({ outputs }) => {
    const tags = { ...recordOf(outputs, "tags"), ...recordOf(outputs, "tagsAll") };
    return Object.entries(wanted).every(([key, value]) => tags[key] === value);
  });
  if (!address) return;
  const { privateIp = "", primaryNetworkInterfaceId = "" } = machine.outputs;
  const held = { instance: machine.id, networkInterface: primaryNetworkInterfaceId, privateIp };
  const associationId = machine.id.replace("i-", "eipassoc-");
  cloud.put({ ...address, outputs: { ...address.outputs, ...held, associationId } });
}

/** Machines go with their group, and let go of their addresses. */
export function endMachines(group: Draft, cloud: CloudHands): void {
  for (const { id, outputs } of cloud.ofType(instanceType)) {
    if (textOf(recordOf(outputs, "tags"), groupTag) !== group.id) continue;
    cloud.remove(instanceType, id);
    for (const address of cloud.ofType(addressType)) {
      if (textOf(address.outputs, "instance") !== id) continue;
      const free = { instance: "", networkInterface: "", privateIp: "", associationId: "" };
      cloud.put({ ...address, outputs: { ...address.outputs, ...free } });
    }
  }
}

/** Files that a cloud-config writes; none for other user data. */
function filesOf(userData: string): ReadonlyMap<string, string> {
  const bytes = Buffer.from(userData, "base64");
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
  if (!text.startsWith("#cloud-config\n{")) return new Map();
  const config: unknown = JSON.parse(text.slice(text.indexOf("\n")));
  const files = isRecord(config) && Array.isArray(config["write_files"]) ? config["write_files"] : [];
  return new Map(files.filter(isRecord).map((file) => [textOf(file, "path"), textOf(file, "content")]));
}
