import { isRecord, isUnknown } from "../../guard/unknown";
import { awsClientConfig, describeAwsError, type AwsTarget } from "../engine/aws-clients";
import { taggedResources } from "../engine/tagged";
import { FailedError } from "../terminal/errors";
import { importExample, placed } from "./physical-ids";

/** What ARNs call a type, where that is not the type's own name with hyphens. */
const arnKinds: Readonly<Record<string, string>> = {
  Ami: "image",
  Eip: "elastic-ip",
  FlowLog: "vpc-flow-log",
  SecurityGroupEgressRule: "security-group-rule",
  SecurityGroupIngressRule: "security-group-rule",
  Zone: "hostedzone",
};

/** Services without regions: their tags are asked for in this one. */
const globalServices = /^aws:(route53|cloudfront|globalaccelerator|iam)\//;
const globalRegion = "us-east-1";

/**
 * Ids, as `pulumi import` takes them, of what has all the tags that a resource was to get, by AWS's own list of tags.
 *
 * @param known ids and ARNs of what the state has: a sibling with the same tags is not what is looked for.
 * @returns undefined where the resource has no tags of its own to be found by.
 * @throws FailedError when AWS does not answer.
 */
export async function idsByTags(
  stack: AwsTarget,
  type: string,
  inputs: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): Promise<readonly string[] | undefined> {
  const tags = tagsOf(inputs);
  if (!type.startsWith("aws:") || tags.length === 0) {
    return undefined;
  }
  const config = await awsClientConfig(stack);
  const own = typeof inputs.region === "string" ? inputs.region : config.region;
  const region = globalServices.test(type) ? globalRegion : own;
  try {
    return (await taggedResources({ ...config, region }, tags)).flatMap(({ arn }) => {
      const id = isOfType(type, arn) ? importId(type, arn) : undefined;
      return id !== undefined && !known.has(id) && !known.has(arn) ? [placed(id, inputs, config)] : [];
    });
  } catch (error) {
    throw new FailedError(
      `AWS could not be asked what a run that broke off has made (tag:GetResources): ${describeAwsError(error)}\n` +
        "Without knowing that, a second one would be made beside it. Nothing was touched.",
    );
  }
}

/** All tags that it was to get, the provider's among them; none where one of them is not known. */
export function tagsOf({
  tagsAll,
  tags,
}: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const given = isRecord(tagsAll) ? tagsAll : tags;
  const entries = isRecord(given) ? Object.entries(given) : [];
  return entries.every(
    (entry): entry is [string, string] => typeof entry[1] === "string" && !isUnknown(entry[1]),
  )
    ? entries
    : [];
}

function isOfType(type: string, arn: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const name = type.split(":").at(-1) ?? "";
  const [kind = ""] = arn.split(":").slice(5).join(":").split(/[/:]/);
  return plain(kind) === plain(arnKinds[name] ?? name);
}

function importId(type: string, arn: string): string | undefined {
  return importExample(type)?.startsWith("arn:") === true ? arn : arn.split(/[/:]/).at(-1);
}
