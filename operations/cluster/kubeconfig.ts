import { reachedBy } from "../../components/cluster/kubeconfig";
import type { CommandContext } from "../terminal/command-context";
import { FailedError, UsageError } from "../terminal/errors";
import { exitCodes, type ExitCode } from "../terminal/exit-codes";
import { failureOf } from "../plan/failures";
import { withStack, type OpenStack } from "../plan/workspace";

/**
 * Prints the cluster's kubeconfig, and writes it nowhere: whose file it becomes part of is for a person to say. There is no
 * credential in it; `aws` makes one for whoever uses it and is an access entry of the cluster.
 */
export async function kubeconfig(context: CommandContext, stackName: string): Promise<ExitCode> {
  return withStack(context, stackName, async (stack) => {
    const text = await exported(stack);
    context.output.document({ kubeconfig: text });
    context.output.print(text.trimEnd());
    return exitCodes.done;
  });
}

/** The kubeconfig for this program itself, which reaches the account as the settings say. */
export async function ownKubeconfig(stack: OpenStack): Promise<string> {
  return reachedBy(await exported(stack), stack.settings.context.login);
}

async function exported(stack: OpenStack): Promise<string> {
  const { outputs, failure } = await stack.engine.outputs();
  if (failure !== undefined) {
    throw failureOf(stack, "reading of the outputs", failure, []);
  }
  if (typeof outputs.kubeconfig === "string") {
    return outputs.kubeconfig;
  }
  throw stack.settings.sections.cluster === undefined
    ? new UsageError(
        `${stack.name} has no cluster: Pulumi.${stack.name}.yaml has no section groundwork:cluster.`,
      )
    : new FailedError(
        `${stack.name} is not up yet with its cluster, so there is nothing to reach. Stand it up first: \`${stack.call("up")}\`.`,
      );
}
