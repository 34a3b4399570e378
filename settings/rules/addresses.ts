import type { Netmask } from "netmask";
import { isPrivate, overlap, parseBlock, privateRangesText } from "../ip-blocks";
import type { Path } from "../problem";
import { tiers } from "./network";
import { entriesOf, finding, type Rule, type RuleInput } from "./rule";

/** AWS takes VPCs and subnets from /16 to /28. */
const widest = 16;
const narrowest = 28;
/** A block wider than this is no group of known machines any more, but a share of the internet. */
const widestAllowed = 8;

const vpcBlockFits: Rule = function* ({ newNetwork }) {
  const block = parseBlock(newNetwork?.cidrBlock);
  if (block === undefined) {
    return;
  }
  if (!hasUsableSize(block)) {
    yield finding("network", ["cidrBlock"], {
      message: `${JSON.stringify(block.toString())} is a /${block.bitmask}`,
      allowed: `a block from /${widest} to /${narrowest}`,
    });
  }
  if (!isPrivate(block)) {
    yield finding("network", ["cidrBlock"], {
      message: `${JSON.stringify(block.toString())} is publicly routable: its real owners would become unreachable`,
      allowed: `a block inside one of ${privateRangesText}`,
    });
  }
};

const subnetsFitTheVpc: Rule = function* (input) {
  const vpc = parseBlock(input.newNetwork?.cidrBlock);
  for (const { block, path } of subnetBlocks(input)) {
    const text = JSON.stringify(block.toString());
    if (!hasUsableSize(block)) {
      yield finding("network", path, {
        message: `${text} is a /${block.bitmask}`,
        allowed: `a block from /${widest} to /${narrowest}`,
      });
    }
    if (vpc !== undefined && !vpc.contains(block)) {
      yield finding("network", path, {
        message: `${text} does not lie inside the VPC's block ${vpc.toString()}`,
        allowed: `a block inside ${vpc.toString()}`,
      });
    }
  }
};

const subnetsDoNotOverlap: Rule = function* (input) {
  const subnets = [...subnetBlocks(input)];
  for (const [index, later] of subnets.entries()) {
    const earlier = subnets.slice(0, index).find(({ block }) => overlap(block, later.block));
    if (earlier !== undefined) {
      yield finding("network", later.path, {
        message:
          `${JSON.stringify(later.block.toString())} overlaps ${earlier.block.toString()} at ` +
          `${String(earlier.path[0])}[${String(earlier.path[1])}]`,
        allowed: "blocks that share no address, over all tiers",
      });
    }
  }
};

const databaseIsNotOpenToTheWorld: Rule = function* ({ database }) {
  for (const [index, text] of entriesOf(database?.allowedCidrBlocks)) {
    const block = parseBlock(text);
    if (block !== undefined && block.bitmask < widestAllowed) {
      yield finding("database", ["allowedCidrBlocks", index], {
        message:
          block.bitmask === 0
            ? `${JSON.stringify(text)} opens the database to the world`
            : `${JSON.stringify(text)} opens the database to ${block.size} addresses`,
        allowed: `a block no wider than /${widestAllowed}; best the subnets of those who need it`,
      });
    }
  }
};

export const addressRules: readonly Rule[] = [
  vpcBlockFits,
  subnetsFitTheVpc,
  subnetsDoNotOverlap,
  databaseIsNotOpenToTheWorld,
];

function hasUsableSize(block: Netmask): boolean {
  return block.bitmask >= widest && block.bitmask <= narrowest;
}

function* subnetBlocks({
  newNetwork,
}: RuleInput): Iterable<{ readonly block: Netmask; readonly path: Path }> {
  for (const tier of tiers) {
    for (const [index, text] of entriesOf(newNetwork?.[tier])) {
      const block = parseBlock(text);
      if (block !== undefined) {
        yield { block, path: [tier, index] };
      }
    }
  }
}
