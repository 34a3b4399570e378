import type { OpenStack } from "../plan/workspace";

const types = ["aws:ec2/launchTemplate:LaunchTemplate", "aws:autoscaling/group:Group"];

/**
 * Lets the stack's state know what a deployment has changed beside it: the template's newest version, and the group's. Without
 * it the next `up` would make the same version once more, and replace every machine with one that is the same.
 *
 * @param ids Of the template and the group.
 * @returns Why it could not be done; undefined when it is.
 */
export async function recordInState(stack: OpenStack, ids: readonly string[]): Promise<string | undefined> {
  const { resources = [] } = await stack.engine.checkpoint();
  const urns = resources
    .filter(({ id, type }) => types.includes(type) && id !== undefined && ids.includes(id))
    .map(({ urn }) => urn);
  if (urns.length === 0) {
    return "the state of the stack holds neither the group nor its template";
  }
  const { failure } = await stack.engine.readAgain(urns, { signal: stack.signal });
  return failure === undefined ? undefined : failure.stderr || `the engine says: ${failure.kind}`;
}

/** Whether the state has the image in the template. */
export async function stateKnows(stack: OpenStack, templateId: string, imageId: string): Promise<boolean> {
  const { resources = [] } = await stack.engine.checkpoint();
  const template = resources.find(({ id, type }) => type === types[0] && id === templateId);
  return template?.outputs?.["imageId"] === imageId;
}
