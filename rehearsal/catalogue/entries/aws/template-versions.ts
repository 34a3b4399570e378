import type { CloudRecord } from "../../../cloud/store";
import type { CloudHands, CloudView, Draft, Subject } from "../../../interpreter/entry";
import { numberOf, recordOf, textOf, type Values } from "../../../interpreter/values";

export const templateType = "aws:ec2/launchTemplate:LaunchTemplate";

/** What a launch template said in one of its versions: `templateId`, `version` and the template's own properties in `data`. */
export const versionType = "aws:ec2/launchTemplateVersion:LaunchTemplateVersion";

const ofVersion = new Set([
  "blockDeviceMappings",
  "creditSpecification",
  "ebsOptimized",
  "iamInstanceProfile",
  "imageId",
  "instanceInitiatedShutdownBehavior",
  "instanceMarketOptions",
  "instanceType",
  "keyName",
  "metadataOptions",
  "monitoring",
  "networkInterfaces",
  "placement",
  "tagSpecifications",
  "userData",
  "vpcSecurityGroupIds",
]);

/** Each change of a template is a version more; the earlier ones stay for machines that are of them. */
export function rememberVersion(template: Draft, cloud: CloudHands): void {
  const version = numberOf(template.outputs, "latestVersion") ?? 1;
  const data = Object.fromEntries(Object.entries(template.inputs).filter(([name]) => ofVersion.has(name)));
  cloud.put({
    type: versionType,
    id: `${template.id}:${String(version)}`,
    name: template.name,
    inputs: {
      templateId: template.id,
      version,
      description: textOf(template.inputs, "description"),
      data,
    },
  });
}

export function forgetVersions(template: Subject, cloud: CloudHands): void {
  for (const record of versionsOf(template.id, cloud)) cloud.remove(versionType, record.id);
}

/** Oldest first. */
export function versionsOf(templateId: string, cloud: CloudView): readonly CloudRecord[] {
  return cloud
    .ofType(versionType)
    .filter(({ inputs }) => textOf(inputs, "templateId") === templateId)
    .sort((a, b) => (numberOf(a.inputs, "version") ?? 0) - (numberOf(b.inputs, "version") ?? 0));
}

/** Number of the version that `3`, `$Latest`, `$Default` or nothing means; undefined when there is no such version. */
export function versionNumber(template: CloudRecord, asked: string): number | undefined {
  const latest = numberOf(template.outputs, "latestVersion") ?? 1;
  if (asked === "$Latest") return latest;
  if (asked === "" || asked === "$Default") return numberOf(template.outputs, "defaultVersion") ?? 1;
  const number = Number(asked);
  return Number.isInteger(number) && number >= 1 && number <= latest ? number : undefined;
}

/** What a template says in a version; what it says now where that version was made before versions were kept. */
export function dataOfVersion(template: CloudRecord, version: number, cloud: CloudView): Values {
  const kept = cloud.find(versionType, `${template.id}:${String(version)}`);
  return kept === undefined ? template.outputs : recordOf(kept.inputs, "data");
}
