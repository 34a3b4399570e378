import { gunzipSync } from "node:zlib";
import type { CloudRecord } from "../../../cloud/store";
import type { CloudHands } from "../../../interpreter/entry";
import { isRecord, listOf, numberOf, recordOf, textOf, type Values } from "../../../interpreter/values";
import { addressType } from "./network-references";
import { parameterType } from "./ssm";

// What the scripts of boot/ do on a machine, as far as others see it. They cannot be run here, so it is played, from the
// same user data. What they really do is what their own tests run them for.

const volumeType = "aws:ebs/volume:Volume";

/** How a boot goes: whose machine it is, when, and why it fails if it does. */
export interface Boot {
  readonly group: string;
  /** ISO 8601. */
  readonly now: string;
  /** Why the machine does not become healthy; absent: it does. */
  readonly failure?: string;
}

/** Takes volume and address where its data says so, and reports where somebody waits for a report. */
export function bootMachine(machine: CloudRecord, userData: string, boot: Boot, cloud: CloudHands): void {
  const files = filesOf(userData);
  if (boot.failure === undefined) {
    for (const data of [...files.values()].map(asData)) {
      takeAddress(machine, recordOf(data, "address"), cloud);
      for (const volume of [data["volume"], ...listOf(data, "volumes")].filter(isRecord)) {
        takeVolume(machine, volume, cloud);
      }
    }
  }
  const report = cloud.find(parameterType, (files.get("/etc/groundwork/report-to") ?? "").trim());
  if (!report) return;
  const value = JSON.stringify({
    group: boot.group,
    status: boot.failure === undefined ? "healthy" : "failed",
    instance: machine.id,
    reason: boot.failure === undefined ? "" : `wait until healthy: ${boot.failure}`,
    at: boot.now,
  });
  const version = (numberOf(report.outputs, "version") ?? 0) + 1;
  cloud.put({ ...report, outputs: { ...report.outputs, value, insecureValue: value, version } });
}

/** What a machine that ends lets go of: its addresses, and volumes that do not end with it. */
export function letGo(machine: string, cloud: CloudHands): void {
  for (const address of cloud.ofType(addressType)) {
    if (textOf(address.outputs, "instance") !== machine) continue;
    const free = { instance: "", networkInterface: "", privateIp: "", associationId: "" };
    cloud.put({ ...address, outputs: { ...address.outputs, ...free } });
  }
  for (const volume of cloud.ofType(volumeType)) {
    if (holderOf(volume) !== machine) continue;
    cloud.put({ ...volume, outputs: withoutHolder(volume.outputs) });
  }
}

/** The machine that a volume is attached to by its boot; empty where it is free. */
export function holderOf(volume: CloudRecord): string {
  return textOf(volume.outputs, holder);
}

/** No property of the provider's: what machines attach by themselves is none of the program's. */
const holder = "attachedTo";

function withoutHolder(outputs: Values): Values {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== holder));
}

function takeAddress(machine: CloudRecord, wanted: Values, cloud: CloudHands): void {
  const address = found(addressType, wanted, cloud);
  if (!address) return;
  const { privateIp = "", primaryNetworkInterfaceId = "" } = machine.outputs;
  const held = { instance: machine.id, networkInterface: primaryNetworkInterfaceId, privateIp };
  const associationId = machine.id.replace("i-", "eipassoc-");
  cloud.put({ ...address, outputs: { ...address.outputs, ...held, associationId } });
}

function takeVolume(machine: CloudRecord, data: Values, cloud: CloudHands): void {
  const volume = found(volumeType, isRecord(data["tags"]) ? data["tags"] : data, cloud);
  if (!volume) return;
  cloud.put({ ...volume, outputs: { ...volume.outputs, [holder]: machine.id } });
}

/** By id, or by tags: every text of `wanted` that is one. */
function found(type: string, wanted: Values, cloud: CloudHands): CloudRecord | undefined {
  const id = textOf(wanted, "id") || textOf(wanted, "volumeId") || textOf(wanted, "allocationId");
  if (id !== "") return cloud.find(type, id);
  const tags = Object.entries(isRecord(wanted["tags"]) ? wanted["tags"] : wanted);
  if (tags.length === 0) return undefined;
  return cloud.ofType(type).find(({ outputs }) => {
    const had = { ...recordOf(outputs, "tags"), ...recordOf(outputs, "tagsAll") };
    return tags.every(([key, value]) => had[key] === value);
  });
}

function asData(text: string): Values {
  if (!text.startsWith("{")) return {};
  try {
    const data: unknown = JSON.parse(text);
    return isRecord(data) ? data : {};
  } catch {
    return {};
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
