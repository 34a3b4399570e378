import { nearestName } from "../nearest";
import { mapsPorts } from "../sections/static-services";
import { finding, type Rule, type RuleInput } from "./rule";

/** Everything of the stack that a name can be given to, as aliases call it; with a reason where it cannot. */
function aliasTargetsOf({
  declared,
  fleets = {},
  staticServices = {},
  workloads = {},
}: Pick<RuleInput, "declared" | "fleets" | "staticServices" | "workloads">): ReadonlyMap<
  string,
  string | undefined
> {
  const targets = new Map<string, string | undefined>();
  for (const [key, workload] of Object.entries(workloads)) {
    const isReached = workload === undefined || "loadBalancer" in workload;
    targets.set(key, isReached ? undefined : "has no loadBalancer");
  }
  for (const [role, fleet] of Object.entries(fleets)) {
    const { address, loadBalancer } = fleet ?? {};
    const { http, tcp = [], udp = [] } = loadBalancer ?? {};
    const ways = [
      ...(http === undefined ? [] : ["http"]),
      ...(tcp.length + udp.length === 0 ? [] : ["network"]),
      ...(address === true ? ["address"] : []),
    ];
    for (const way of ways) {
      targets.set(`fleet:${role}:${way}`, undefined);
    }
    const several = ways.map((way) => `fleet:${role}:${way}`).join(" or ");
    const why =
      fleet === undefined || ways.length === 1
        ? undefined
        : ways.length === 0
          ? "has neither a loadBalancer nor an address"
          : `has several: say ${several}`;
    targets.set(`fleet:${role}`, why);
  }
  for (const [key, service] of Object.entries(staticServices)) {
    const isReached = service === undefined || mapsPorts(service);
    targets.set(
      `staticService:${key}`,
      isReached ? undefined : "has no runtimePortMap: nothing of it is reached",
    );
  }
  if (declared.has("database")) {
    targets.set("database", undefined);
  }
  return targets;
}

export const aliasesAreOfWhatServes: Rule = function* (input) {
  const targets = aliasTargetsOf(input);
  const usable = [...targets].filter(([, why]) => why === undefined).map(([target]) => target);
  const allowed =
    usable.length === 0
      ? "a workload with a loadBalancer, a fleet with a loadBalancer or an address, a static service with ports; this stack has none"
      : `of this stack: ${usable.join(", ")}`;
  for (const [name, target] of Object.entries(input.dns?.aliases ?? {})) {
    if (target === undefined || isOfWhatIsWrong(input, target)) {
      continue;
    }
    const why = targets.get(target);
    if (why === undefined && targets.has(target)) {
      continue;
    }
    const nearest = targets.has(target) ? undefined : nearestName(target, usable);
    yield finding("dns", ["aliases", name], {
      message: `${JSON.stringify(target)} ${why ?? "is nothing that this stack has"}`,
      allowed,
      ...(nearest !== undefined && { suggestion: `Did you mean "${nearest}"?` }),
    });
  }
};

/** Whether a whole section is there and wrong in itself: that is told where it stands, and nothing follows from it here. */
function isOfWhatIsWrong(input: RuleInput, target: string): boolean {
  const section = target.startsWith("fleet:")
    ? "fleets"
    : target.startsWith("staticService:")
      ? "staticServices"
      : "workloads";
  return input[section] === undefined && input.declared.has(section);
}
