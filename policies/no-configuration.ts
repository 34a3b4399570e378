import { createRequire } from "node:module";

const load = createRequire(__filename);

interface AnalyzerInfo {
  setSupportsconfig(supports: boolean): unknown;
}

/** A call of the protocol between engine and packs, as grpc has it: its answer is made to bytes by a function. */
interface InfoCall {
  responseSerialize(info: AnalyzerInfo): Buffer;
}

/**
 * Has the pack say that it takes no configuration: the engine then refuses `--policy-pack-config`, with which whoever calls
 * it could switch rules off or lower them without a word of why. What is to be lowered or excepted stands in the settings
 * (`groundwork:guard`), where a review sees it. The SDK has every pack say that it takes some, and asks nobody; so the
 * answer is changed on its way. Before the pack is made.
 */
export function takeNoConfiguration(
  call: InfoCall = (
    load("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
      readonly AnalyzerService: { readonly getAnalyzerInfo: InfoCall };
    }
  ).AnalyzerService.getAnalyzerInfo,
): void {
  const serialize = call.responseSerialize.bind(call);
  call.responseSerialize = (info) => {
    info.setSupportsconfig(false);
    return serialize(info);
  };
}
