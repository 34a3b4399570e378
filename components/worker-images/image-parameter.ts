import { getParametersByPathOutput } from "@pulumi/aws/ssm/getParametersByPath";
import * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "../../settings/stack-context";
import { imageParameterName, workerParameterPath } from "./parameter-name";

/**
 * The image that was deployed to a worker group; undefined when none was. Known in previews: the launch template then names
 * an image and not a parameter, without which Auto Scaling refuses to roll a refresh back.
 *
 * Asked for by its path, because a parameter that is not there has to be an answer and not an error.
 *
 * @param parent Whose provider asks.
 */
export function deployedImage(
  context: StackContext,
  group: string,
  parent: pulumi.Resource,
): pulumi.Output<string | undefined> {
  const found = getParametersByPathOutput(
    { path: workerParameterPath(context, group), region: context.region, withDecryption: false },
    { parent },
  );
  // The provider takes every value for a secret; an image id is none, and a template with a secret one could not be reviewed.
  return pulumi.unsecret(
    found.apply(({ names, values }) => values[names.indexOf(imageParameterName(context, group))]),
  );
}
