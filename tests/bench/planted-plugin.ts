import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Cloud } from "../../rehearsal/cloud/cloud";
import type { Handlers } from "../../rehearsal/host/handlers";
import { listen } from "../../rehearsal/host/server";
import { packageHandlers } from "../../rehearsal/packages/registry";

/**
 * A plugin as Pulumi's engine starts them, of a few types, that differs from the rehearsal in three places: a queue is
 * replaced for a longer time of hiding, a parameter's description is not taken away, and an alarm of a new name is made
 * before the old one goes. Its first argument is a folder for its cloud, its second the engine's address.
 */
async function main(): Promise<void> {
  const cloud = new Cloud({ directory: process.argv[2] ?? "" });
  const honest = packageHandlers("aws", cloud, "482913067251");
  const { port } = await listen("aws", () => withDifferences(honest));
  process.stdout.write(`${String(port)}\n`);
}

function withDifferences(honest: Handlers): Handlers {
  return {
    ...honest,
    diff: (request: rpc.DiffRequest, peer: string) => {
      const diff = honest["diff"]?.(request as never, peer) as rpc.DiffResponse;
      const details = diff.getDetaileddiffMap();
      const [, , type = ""] = request.getUrn().split("::");
      if (type === "aws:sqs/queue:Queue" && details.get("visibilityTimeoutSeconds") && isGiven(request))
        diff.setReplacesList(["visibilityTimeoutSeconds"]);
      const { DELETE } = rpc.PropertyDiff.Kind;
      if (type === "aws:ssm/parameter:Parameter" && details.get("description")?.getKind() === DELETE)
        diff.setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE);
      if (type === "aws:cloudwatch/metricAlarm:MetricAlarm") diff.setDeletebeforereplace(false);
      return diff;
    },
  };
}

/** Whether the program itself gives the time: taken away, it is the default again. */
function isGiven(request: rpc.DiffRequest): boolean {
  const drawn = request.getNews()?.getFieldsMap().get("__defaults")?.getListValue()?.getValuesList() ?? [];
  return !drawn.some((name) => name.getStringValue() === "visibilityTimeoutSeconds");
}

void main();
