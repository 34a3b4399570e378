import type { CloudRecord } from "../../../cloud/store";
import { CloudError } from "../../../interpreter/cloud-error";
import type { CloudHands, CloudView, Draft, Pass, Subject } from "../../../interpreter/entry";
import type { Random } from "../../../interpreter/random";
import {
  isRecord,
  listOf,
  numberOf,
  recordOf,
  sameValue,
  textOf,
  textsAt,
  type Values,
} from "../../../interpreter/values";
import { refuseMachine } from "../../quotas/quota-rules";
import { refuseDiskKeys } from "./key-use";
import { bootMachine, letGo } from "./machine-boot";
import { subnetType } from "./network-references";
import { dataOfVersion, templateType, versionNumber } from "./template-versions";

// The machines that an Auto Scaling group starts and ends.

export const groupType = "aws:autoscaling/group:Group";
export const instanceType = "aws:ec2/instance:Instance";

/** Tags that AWS itself puts on machines. */
const groupTag = "aws:autoscaling:groupName";
const templateTag = "aws:ec2launchtemplate:id";
const versionTag = "aws:ec2launchtemplate:version";

/** A group, as far as its machines depend on it: a record, or what an entry has of one. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/** Which template machines are started from. */
export interface GroupTemplate {
  readonly template: CloudRecord;
  readonly version: number;
  readonly data: Values;
  /** Types that a mixed instances policy names; the template's own without one. */
  readonly types: readonly string[];
}

/** What the group starts from now; undefined where its template is not there. */
export function templateOf(group: Group, cloud: CloudView): GroupTemplate | undefined {
  const values = (name: string): Values => {
    const now = recordOf(group.outputs, name);
    return Object.keys(now).length > 0 ? now : recordOf(group.inputs, name);
  };
  const mixed = recordOf(values("mixedInstancesPolicy"), "launchTemplate");
  const specified = recordOf(mixed, "launchTemplateSpecification");
  const plain = values("launchTemplate");
  const named = [textOf(specified, "launchTemplateId"), textOf(plain, "id")].find((id) => id !== "");
  const byName = textOf(specified, "launchTemplateName") || textOf(plain, "name");
  const template =
    named !== undefined
      ? cloud.find(templateType, named)
      : cloud.ofType(templateType).find(({ outputs }) => byName !== "" && textOf(outputs, "name") === byName);
  if (!template) return undefined;
  const asked = specified["version"] ?? plain["version"];
  const version = versionNumber(
    template,
    typeof asked === "number" ? String(asked) : textOf({ asked: asked ?? "" }, "asked"),
  );
  if (version === undefined) return undefined;
  const data = dataOfVersion(template, version, cloud);
  const types = listOf(mixed, "overrides")
    .filter(isRecord)
    .map((one) => textOf(one, "instanceType"))
    .filter((type) => type !== "");
  return { template, version, data, types: types.length > 0 ? types : [textOf(data, "instanceType")] };
}

/** The group's machines, oldest first. */
export function machinesOf(group: string, cloud: CloudView): readonly CloudRecord[] {
  return cloud
    .ofType(instanceType)
    .filter((machine) => groupOf(machine) === group)
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
}

/** Name of the group that started a machine; empty for one of nobody's. */
export function groupOf(machine: CloudRecord): string {
  return textOf(recordOf(machine.outputs, "tags"), groupTag);
}

/** The template that a machine was started from. */
export function originOf(machine: CloudRecord): { readonly template: string; readonly version: string } {
  const tags = recordOf(machine.outputs, "tags");
  return { template: textOf(tags, templateTag), version: textOf(tags, versionTag) };
}

export interface Start {
  readonly random: Random;
  /** Why its boot fails; absent: it does not. */
  readonly failure?: string;
}

/**
 * Starts one machine and lets it boot. One whose boot fails is abandoned by its group and ended again.
 *
 * @returns The machine; undefined when it was abandoned, or there is no template.
 * @throws CloudError where the account may not have one more: the group stands, and starves.
 */
export function startMachine(group: Group, cloud: CloudHands, start: Start): CloudRecord | undefined {
  const origin = templateOf(group, cloud);
  if (!origin) return undefined;
  const { data, template, version } = origin;
  const { random } = start;
  const others = machinesOf(group.id, cloud);
  const id = `i-${random.hex(17)}`;
  const subnetId = emptiest(textsAt(group.inputs, "vpcZoneIdentifiers"), others);
  const zone = textOf(cloud.find(subnetType, subnetId)?.outputs ?? {}, "availabilityZone");
  const [networkInterface = {}] = listOf(data, "networkInterfaces").filter(isRecord);
  const propagated = listOf(group.inputs, "tags")
    .filter(isRecord)
    .filter((tag) => tag["propagateAtLaunch"] === true)
    .map((tag) => [textOf(tag, "key"), textOf(tag, "value")]);
  const specified = listOf(data, "tagSpecifications")
    .filter(isRecord)
    .filter((one) => one["resourceType"] === "instance")
    .map((one) => recordOf(one, "tags"));
  const inputs: Values = {
    ami: textOf(data, "imageId"),
    instanceType: origin.types[others.length % origin.types.length] ?? "",
    subnetId,
    vpcSecurityGroupIds: textsAt(networkInterface, "securityGroups"),
    tags: Object.assign({}, ...specified, Object.fromEntries(propagated), {
      [groupTag]: group.id,
      [templateTag]: template.id,
      [versionTag]: String(version),
    }) as Values,
  };
  const outputs: Values = {
    ...inputs,
    instanceState: "running",
    ...(zone !== "" && { availabilityZone: zone }),
    ...(isSpot(group, data, others) && { instanceLifecycle: "spot" }),
    privateIp: `10.0.${String(random.int(250))}.${String(4 + random.int(240))}`,
    primaryNetworkInterfaceId: `eni-${random.hex(17)}`,
  };
  refuseMachine(outputs, cloud);
  const [account = "", region = ""] = template.scope.split("/");
  const refusal = refuseDiskKeys(data, { account, region }, cloud);
  if (refusal !== undefined) throw new CloudError(refusal.code, refusal.message);
  cloud.put({ type: instanceType, id, name: group.name, inputs, outputs });
  const machine = cloud.find(instanceType, id) as CloudRecord;
  const now = `${new Date().toISOString().slice(0, 19)}Z`;
  const { failure } = start;
  bootMachine(
    machine,
    textOf(data, "userData"),
    { group: group.id, now, ...(failure !== undefined && { failure }) },
    cloud,
  );
  if (failure === undefined) return machine;
  cloud.remove(instanceType, machine.id);
  return undefined;
}

/** Groups spread their machines over their subnets. */
function emptiest(subnets: readonly string[], machines: readonly CloudRecord[]): string {
  const used = (subnet: string): number =>
    machines.filter(({ inputs }) => textOf(inputs, "subnetId") === subnet).length;
  return [...subnets].sort((a, b) => used(a) - used(b))[0] ?? "";
}

/** What the template asks for; in a mixed instances group first the base on demand, then the percentage above it. */
function isSpot(group: Group, data: Values, others: readonly CloudRecord[]): boolean {
  const policy = recordOf(group.inputs, "mixedInstancesPolicy");
  const distribution = recordOf(policy, "instancesDistribution");
  if (Object.keys(policy).length === 0) {
    return textOf(recordOf(data, "instanceMarketOptions"), "marketType") === "spot";
  }
  const base = numberOf(distribution, "onDemandBaseCapacity") ?? 0;
  const percentage = numberOf(distribution, "onDemandPercentageAboveBaseCapacity") ?? 100;
  const onDemand = others.filter(({ outputs }) => textOf(outputs, "instanceLifecycle") !== "spot").length;
  const above = Math.max(0, others.length + 1 - base);
  return onDemand >= base + Math.ceil((above * percentage) / 100);
}

/** Ends one machine: what it holds is free again. */
export function endMachine(machine: CloudRecord, cloud: CloudHands): void {
  letGo(machine.id, cloud);
  cloud.remove(instanceType, machine.id);
}

/** Which of the machines a group ends first when there are too many: of an older template, then the oldest. */
export function firstToGo(group: Group, cloud: CloudView): readonly CloudRecord[] {
  const current = templateOf(group, cloud);
  const isCurrent = (machine: CloudRecord): boolean =>
    originOf(machine).template === current?.template.id &&
    originOf(machine).version === String(current.version);
  const machines = machinesOf(group.id, cloud).filter(
    ({ outputs }) => outputs["protectedFromScaleIn"] !== true,
  );
  return [...machines.filter((one) => !isCurrent(one)), ...machines.filter(isCurrent)];
}

/** For whoever is not told: a group that may not have a machine says so in its activities, and to nobody else. */
export function tryToStart(group: Group, cloud: CloudHands, start: Start): CloudRecord | undefined {
  try {
    return startMachine(group, cloud, start);
  } catch (error) {
    if (error instanceof CloudError) return undefined;
    throw error;
  }
}

/** As many machines as are wanted, each with what the template says. */
export function startMachines(group: Draft, cloud: CloudHands): void {
  const failure =
    group.fault?.fault === "unhealthy" ? (group.fault.message ?? "copy 1 of 1 has ended 5 times") : undefined;
  const count = numberOf(group.outputs, "desiredCapacity") ?? 0;
  for (let index = 0; index < count; index++) {
    // Abandoned: the group ends it, and starts none any more.
    tryToStart(group, cloud, { random: group.random, ...(failure !== undefined && { failure }) });
  }
}

/** Machines go with their group, and let go of what they hold. */
export function endMachines(group: Subject, cloud: CloudHands): void {
  for (const machine of machinesOf(group.id, cloud)) endMachine(machine, cloud);
}

/**
 * What an update of the group changes about its machines: as many as are wanted then, and other ones where the provider
 * starts an instance refresh, which it does for a changed template only in groups that say `instanceRefresh`.
 */
export function followUpdate(
  group: Draft,
  cloud: CloudHands,
  _pass: Pass,
  before: Subject | undefined,
): Promise<void> {
  if (before !== undefined) {
    const changed = ["launchTemplate", "mixedInstancesPolicy"].some(
      (name) => !sameValue(before.inputs[name], group.inputs[name]),
    );
    if (changed && isRecord(group.inputs["instanceRefresh"])) replaceMachines(group, cloud, group.random);
    const wanted = numberOf(group.outputs, "desiredCapacity") ?? 0;
    for (const machine of firstToGo(group, cloud).slice(
      0,
      Math.max(0, machinesOf(group.id, cloud).length - wanted),
    )) {
      endMachine(machine, cloud);
    }
    for (let missing = wanted - machinesOf(group.id, cloud).length; missing > 0; missing--) {
      if (tryToStart(group, cloud, { random: group.random }) === undefined) break;
    }
  }
  return Promise.resolve();
}

function replaceMachines(group: Group, cloud: CloudHands, random: Random): void {
  for (const machine of machinesOf(group.id, cloud)) {
    endMachine(machine, cloud);
    tryToStart(group, cloud, { random });
  }
}
