import type { Draft } from "../draft";
import { overlap, parseBlock } from "../ip-blocks";
import { nearestName } from "../nearest";
import type { StackSections } from "../schema";
import { subnetsOf, workerTierOf, type MachineTier } from "./network";
import { entriesOf, finding, repeated, type Rule, type RuleInput } from "./rule";

/** Rules on who may connect to the database. */

const allowedNamesAreThere: Rule = function* (input) {
  const { database, declared } = input;
  const names = namesOfTheStack(input);
  for (const [index, name] of entriesOf(database?.allowedFrom)) {
    const why = names.get(name);
    if (why === undefined && !names.has(name)) {
      const nearest =
        allowed(names).find((known) => known.endsWith(`:${name}`)) ?? nearestName(name, allowed(names));
      yield finding("database", ["allowedFrom", index], {
        message: `the stack has no ${JSON.stringify(name)}`,
        allowed: allowedText(names),
        ...(nearest !== undefined && { suggestion: `Did you mean "${nearest}"?` }),
      });
    } else if (why !== undefined) {
      yield finding("database", ["allowedFrom", index], {
        message: `${JSON.stringify(name)} ${why}`,
        allowed: allowedText(names),
      });
    }
  }
  const needsCluster = database !== undefined && "bootstrap" in database && declared.has("cluster");
  if (needsCluster && database.allowedFrom?.includes("cluster") === false) {
    yield finding("database", ["allowedFrom"], {
      message: "lets the cluster out, and bootstrap is a job in it",
      allowed: "a list with cluster, or no bootstrap",
    });
  }
};

/** Everything with a security group that the stack makes; with a reason where it may not be let in. */
function namesOfTheStack(input: RuleInput): ReadonlyMap<string, string | undefined> {
  const { declared, fleets = {}, region, staticServices = {}, workerGroups = {} } = input;
  return new Map<string, string | undefined>([
    ...(declared.has("cluster") ? [["cluster", undefined] as const] : []),
    ...Object.entries(fleets).map(
      ([role, fleet]) =>
        [
          `fleet:${role}`,
          fleet?.subnets === "worker" || fleet?.subnets === "publicWorker"
            ? `stands in ${fleet.subnets} subnets, which have no way to the database`
            : undefined,
        ] as const,
    ),
    ...Object.entries(staticServices).map(([key, service]) => {
      const here = service?.regions === undefined ? {} : service.regions[region ?? ""];
      return [
        `staticService:${key}`,
        here === undefined || "vpcId" in here
          ? "has no machine in the database's network: a security group is of one"
          : undefined,
      ] as const;
    }),
    ...Object.keys(workerGroups).map(
      (key) => [`workerGroup:${key}`, "runs other people's code, which is not let in by name"] as const,
    ),
  ]);
}

function allowed(names: ReadonlyMap<string, string | undefined>): readonly string[] {
  return [...names].filter(([, why]) => why === undefined).map(([name]) => name);
}

function allowedText(names: ReadonlyMap<string, string | undefined>): string {
  const known = allowed(names);
  return known.length === 0
    ? "nothing here: the stack has neither cluster, fleet nor static service beside the database"
    : `of this stack: ${known.join(", ")}`;
}

const productionKeepsForeignCodeOut: Rule = function* (input) {
  if (input.guardLevel !== "production") {
    return;
  }
  for (const { index, text, shared } of openedToForeignCode(input)) {
    yield finding("database", ["allowedCidrBlocks", index], {
      message: `${JSON.stringify(text)} ${sharedText(shared)}`,
      allowed: "who needs it by name, at allowedFrom (fleet:ROLE, cluster), or a range without those subnets",
    });
  }
};

/** Settings of one stack, or what of them is right. */
type Judged = Pick<
  RuleInput,
  "newNetwork" | "existingNetwork" | "workerGroups" | "metalWorkers" | "fleets"
> & {
  readonly database?: Draft<NonNullable<StackSections["database"]>> | undefined;
};

interface Shared {
  readonly who: string;
  readonly block: string;
}

/** Ranges that let in subnets in which other people's code runs, with one of those each. Blocks of existing subnets nobody here knows. */
export function openedToForeignCode(
  input: Judged,
): readonly { readonly index: number; readonly text: string; readonly shared: Shared }[] {
  const foreign = foreignSubnets(input);
  return [...entriesOf(input.database?.allowedCidrBlocks)].flatMap(([index, text]) => {
    const block = parseBlock(text);
    const shared = foreign.find((subnet) => {
      const other = parseBlock(subnet.block);
      return block !== undefined && other !== undefined && overlap(block, other);
    });
    return shared === undefined ? [] : [{ index, text, shared }];
  });
}

/** What is wrong with such a range. */
export function sharedText({ block, who }: Shared): string {
  return `lets in ${who}, which run other people's code in ${block}`;
}

function foreignSubnets(input: Judged): readonly Shared[] {
  const inTier = (tier: MachineTier, who: string): Shared[] =>
    [...entriesOf(input.newNetwork === undefined ? [] : subnetsOf(input, tier))].map(([, block]) => ({
      who,
      block,
    }));
  const ec2 = input.metalWorkers?.source?.ec2;
  return [
    ...inTier("worker", "workers"),
    ...inTier("publicWorker", "workers"),
    ...Object.values(input.workerGroups ?? {}).flatMap((group) =>
      inTier(workerTierOf(input, group?.subnets ?? "private"), "worker groups"),
    ),
    ...(ec2 === undefined || "vpcId" in ec2 ? [] : inTier(workerTierOf(input, "public"), "metal workers")),
  ];
}

const allowedSourcesAreDistinct: Rule = function* ({ database }) {
  for (const list of ["allowedFrom", "allowedCidrBlocks", "allowedSecurityGroupIds"] as const) {
    for (const [index, source] of repeated(database?.[list])) {
      yield finding("database", [list, index], {
        message: `${JSON.stringify(source)} is listed twice`,
        allowed: "each source once",
      });
    }
  }
};

export const databaseAccessRules: readonly Rule[] = [
  allowedNamesAreThere,
  productionKeepsForeignCodeOut,
  allowedSourcesAreDistinct,
];
