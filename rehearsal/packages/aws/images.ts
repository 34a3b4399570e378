import { createHash } from "node:crypto";
import { isRecord, listOf, textOf, textsAt, type Values } from "../../interpreter/values";
import { newestRelease } from "../../catalogue/entries/aws/eks-versions";
import type { AwsConfig } from "./config";

/** The same image for the same question in the same region: ids that nobody has are as good as real ones here. */
export function imageId(question: string, region: string): string {
  return `ami-0${createHash("sha256").update(`${region}\0${question}`).digest("hex").slice(0, 16)}`;
}

/** The newest image that a search describes. */
export function images(args: Values, { region, accountId }: AwsConfig): Values {
  const filters = listOf(args, "filters").filter(isRecord);
  const wanted = (name: string): string | undefined =>
    textsAt(filters.find((filter) => filter["name"] === name) ?? {}, "values")[0];
  const id = imageId(JSON.stringify([args["owners"] ?? [], filters, textOf(args, "nameRegex")]), region);
  const [owner = "amazon"] = textsAt(args, "owners");
  return {
    ...args,
    id,
    imageId: id,
    region,
    arn: `arn:aws:ec2:${region}::image/${id}`,
    architecture: wanted("architecture") ?? "x86_64",
    name: (wanted("name") ?? "rehearsal-image-*").replaceAll("*", "20260401"),
    ownerId: /^\d+$/.test(owner) ? owner : owner === "self" ? accountId : "137112412989",
    creationDate: "2026-04-01T00:00:00.000Z",
    rootDeviceName: "/dev/xvda",
    rootDeviceType: "ebs",
    rootSnapshotId: id.replace("ami-", "snap-"),
    state: "available",
    virtualizationType: "hvm",
    hypervisor: "xen",
    imageType: "machine",
    enaSupport: true,
    public: true,
    platformDetails: "Linux/UNIX",
    blockDeviceMappings: [],
    productCodes: [],
    stateReason: {},
    tags: {},
  };
}

/** What AWS publishes under /aws/service; undefined for other names. */
export function publicParameter(name: string, { region }: Pick<AwsConfig, "region">): Values | undefined {
  if (!name.startsWith("/aws/service/")) return undefined;
  const id = imageId(name, region);
  const nodes = /^\/aws\/service\/eks\/optimized-ami\/(1\.\d+)\/.*\/release_version$/.exec(name)?.[1];
  const isDocument = name.endsWith("/recommended");
  const value =
    nodes !== undefined
      ? newestRelease(nodes)
      : isDocument
        ? JSON.stringify({ image_id: id, schema_version: "1" })
        : id;
  const parameter = `arn:aws:ssm:${region}::parameter${name}`;
  return {
    id: name,
    name,
    region,
    arn: parameter,
    type: "String",
    value,
    insecureValue: value,
    version: 1,
    withDecryption: true,
  };
}
