import { adminPorts, databasePorts, isWorld } from "../../guard/rules/exposure";
import type { Finding, Path } from "../problem";
import { eachFleet, isBalancedDraft, type FleetInput } from "./fleet-rule";
import { subnetsOf } from "./network";
import { entriesOf, repeated, type Rule } from "./rule";

/** A rule of a load balancer takes so many values. Source: Quotas for Application Load Balancers. */
const mostConditionValues = 5;

/** A security group has 60 inbound rules by default. */
const groupRules = 60;

/** What must not be open to the world, as the policies have it. */
const closedPorts: Readonly<Record<number, string>> = { ...databasePorts, ...adminPorts };

const balancersHaveWork: Rule = eachFleet(function* ({ fleet, at }) {
  if ("loadBalancer" in fleet && fleet.loadBalancer !== undefined && !isBalancedDraft(fleet)) {
    yield at(["loadBalancer"], {
      message: "passes nothing on",
      allowed: "http, tcp or udp; no loadBalancer without any of them",
    });
  }
  if (fleet.healthCheck?.type === "ELB" && !isBalancedDraft(fleet)) {
    yield at(["healthCheck", "type"], {
      message: '"ELB", and there is no load balancer that could say so',
      allowed: '"EC2", or a loadBalancer',
    });
  }
});

const balancersHaveSubnets: Rule = eachFleet(function* ({ fleet, input, at }) {
  const { internal } = fleet.loadBalancer ?? {};
  if (!isBalancedDraft(fleet) || internal === undefined) {
    return;
  }
  const tier = internal ? "private" : "public";
  const subnets = subnetsOf(input, tier);
  if (subnets !== undefined && subnets.length < 2) {
    yield at(["loadBalancer", ...(internal ? ["internal"] : [])], {
      message: `the stack's network has ${subnets.length} ${tier} ${subnets.length === 1 ? "subnet" : "subnets"} for it`,
      allowed: `${tier} subnets in two zones or more at groundwork:network, or ${internal ? "no internal: true" : "internal: true"}`,
    });
  }
});

const httpIsRight: Rule = eachFleet(function* ({ fleet, input: { region }, at }) {
  const http = fleet.loadBalancer?.http;
  if (http === undefined) {
    return;
  }
  const values = (http.hosts ?? []).length + (http.paths ?? []).length;
  if (values > mostConditionValues) {
    yield at(["loadBalancer", "http", "paths"], {
      message: `${values} hosts and paths together`,
      allowed: `up to ${mostConditionValues}, which is what a rule of a load balancer takes`,
    });
  }
  const { certificateArn } = http;
  if (region !== undefined && certificateArn !== undefined && certificateArn.split(":")[3] !== region) {
    yield at(["loadBalancer", "http", "certificateArn"], {
      message: `${JSON.stringify(certificateArn)} is not in ${region}`,
      allowed: "a certificate in aws:region: load balancers take no other",
    });
  }
});

const portsAreApart: Rule = eachFleet(function* ({ fleet, at }) {
  const { tcp, udp } = fleet.loadBalancer ?? {};
  for (const [name, list] of [
    ["tcp", tcp],
    ["udp", udp],
  ] as const) {
    for (const [index, port] of repeated(list?.map((flow) => flow?.port))) {
      yield at(["loadBalancer", name, index, "port"], {
        message: `${port} is listed twice`,
        allowed: "each port once",
      });
    }
  }
  for (const [index, flow] of entriesOf(udp)) {
    const twin = tcp?.find((other) => other?.port !== undefined && other.port === flow.port);
    if (
      twin !== undefined &&
      flow.port !== undefined &&
      (twin.targetPort ?? twin.port) !== (flow.targetPort ?? flow.port)
    ) {
      yield at(["loadBalancer", "udp", index, "targetPort"], {
        message: `${flow.targetPort ?? flow.port}, and over TCP port ${flow.port} goes to ${twin.targetPort ?? twin.port}: it is one listener, with one target`,
        allowed: "the same targetPort for both",
      });
    }
  }
});

const probesCanAnswer: Rule = eachFleet(function* ({ fleet, at }) {
  const { probe, tcp, udp } = fleet.loadBalancer ?? {};
  if (probe === undefined) {
    return;
  }
  if (!("port" in probe)) {
    const overTcp = new Set((tcp ?? []).map((flow) => flow?.port));
    const lonely = (udp ?? [])
      .map((flow) => flow?.port)
      .find((port) => port !== undefined && !overTcp.has(port));
    if (lonely !== undefined) {
      yield at(["loadBalancer", "probe", "port"], {
        message: `is missing: port ${lonely} is UDP alone, which answers no probe`,
        allowed: "a TCP port of the machines that answers while the service runs",
      });
    }
  }
  if (probe.protocol === "TCP" && "path" in probe) {
    yield at(["loadBalancer", "probe", "path"], {
      message: "stands beside protocol TCP, which asks no path",
      allowed: "protocol: HTTP, or no path",
    });
  }
});

const balancersAreOpenToThoseMeant: Rule = eachFleet(function* ({ fleet, at }) {
  const { allowedCidrBlocks, http, tcp, udp } = fleet.loadBalancer ?? {};
  for (const [index, block] of repeated(allowedCidrBlocks)) {
    yield at(["loadBalancer", "allowedCidrBlocks", index], {
      message: `${JSON.stringify(block)} is listed twice`,
      allowed: "each block once",
    });
  }
  const blocks = [...entriesOf(allowedCidrBlocks)].map(([, block]) => block);
  const listeners = (tcp ?? []).length + (udp ?? []).length;
  if (blocks.length * Math.max(listeners, http === undefined ? 0 : 2) > groupRules) {
    yield at(["loadBalancer", "allowedCidrBlocks"], {
      message: `${blocks.length} blocks for ${listeners} ports are ${blocks.length * listeners} rules of a security group`,
      allowed: `up to ${groupRules} together`,
    });
  }
  const world = blocks.find((block) => isWorld(block));
  for (const [name, list] of [
    ["tcp", tcp],
    ["udp", udp],
  ] as const) {
    for (const [index, flow] of entriesOf(list)) {
      if (world !== undefined && flow.port !== undefined) {
        yield* worldPort({ at }, ["loadBalancer", name, index, "port"], flow.port, flow.port, world);
      }
    }
  }
});

const ingressIsClear: Rule = eachFleet(function* ({ fleet, input, at }) {
  const seen = new Set<string>();
  for (const [index, entry] of entriesOf(fleet.ingress)) {
    const { cidrBlocks = [], port, protocol, roles = [], securityGroups = [] } = entry;
    const toPort = entry.toPort ?? port;
    const path = ["ingress", index] as const;
    if (port !== undefined && toPort !== undefined && toPort < port) {
      yield at([...path, "toPort"], {
        message: `${toPort} is before port ${port}`,
        allowed: `${port} or more`,
      });
    }
    const wrong = ["cidrBlocks", "securityGroups", "roles"].some(
      (key) => key in entry && entry[key as keyof typeof entry] === undefined,
    );
    if (!wrong && cidrBlocks.length + securityGroups.length + roles.length === 0) {
      yield at([...path], {
        message: "says what is open, and not for whom",
        allowed: "cidrBlocks, securityGroups or roles",
      });
    }
    for (const [place, other] of entriesOf(roles)) {
      if (!(other in (input.fleets ?? {}))) {
        yield at([...path, "roles", place], {
          message: `there is no role ${JSON.stringify(other)}`,
          allowed: `roles of this section: ${Object.keys(input.fleets ?? {}).join(", ")}`,
        });
      }
    }
    for (const [key, list] of [
      ["cidrBlocks", cidrBlocks],
      ["securityGroups", securityGroups],
      ["roles", roles],
    ] as const) {
      for (const [place, source] of entriesOf<string>(list)) {
        const rule = JSON.stringify([protocol, port, toPort, source]);
        if (seen.has(rule)) {
          yield at([...path, key, place], {
            message: `${JSON.stringify(source)} is let in to the same ports twice`,
            allowed: "each source once for the same ports",
          });
        }
        seen.add(rule);
        if (key === "cidrBlocks" && isWorld(source) && port !== undefined) {
          yield* worldPort({ at }, [...path, key, place], port, toPort ?? port, source);
        }
      }
    }
  }
});

/** The policies refuse it in any case; here it is told with the others. */
function* worldPort(
  { at }: Pick<FleetInput, "at">,
  path: Path,
  first: number,
  last: number,
  block: string,
): Iterable<Finding> {
  const reached = Object.entries(closedPorts).filter(
    ([port]) => Number(port) >= first && Number(port) <= last,
  );
  if (reached.length > 0) {
    yield at(path, {
      message: `${block} lets the world to ${reached.map(([port, what]) => `${what} (${port})`).join(", ")}`,
      allowed: "the networks or security groups that need it; people have sessions by `groundwork access`",
    });
  }
}

export const fleetBalancerRules: readonly Rule[] = [
  balancersHaveWork,
  balancersHaveSubnets,
  httpIsRight,
  portsAreApart,
  probesCanAnswer,
  balancersAreOpenToThoseMeant,
  ingressIsClear,
];
