import type { Step } from "../step";
import { read } from "../unknown";
import type { Verdict } from "./verdict";

const SUBNET = "aws:ec2/subnet:Subnet";

/**
 * Blocks of addresses that subnets have until the end of a run. Deletions come last, and AWS refuses two subnets that overlap, when
 * the run is half way through. It comes to that where the lists of zones and blocks move against each other: the first of them is
 * taken out, or a block is given to another zone.
 *
 * Source: Amazon EC2 API, error codes, `InvalidSubnet.Conflict`.
 */
export class SubnetBlocks {
  private readonly standing: readonly Step[];

  constructor(steps: readonly Step[]) {
    this.standing = steps.filter(
      ({ type, old, deletesFirst }) => type === SUBNET && deletesFirst !== true && (old?.id ?? null) !== null,
    );
  }

  /** A new subnet with a block that is taken. */
  judge({ type, op, new: wanted, deletesFirst }: Step): Verdict | undefined {
    if (type !== SUBNET || (op !== "create" && op !== "replace") || deletesFirst === true) {
      return undefined;
    }
    const inputs = wanted?.inputs ?? {};
    const block = blockOf(inputs);
    const other = this.standing.find(
      ({ old }) =>
        read(old?.inputs ?? {}, "vpcId") === read(inputs, "vpcId") && overlap(block, blockOf(old?.inputs)),
    );
    return other === undefined ? undefined : refusal(String(read(inputs, "cidrBlock")), other);
  }
}

function refusal(block: string, { urn, old }: Step): Verdict {
  return {
    rule: "takes-used-block",
    loses:
      `Nothing is lost, but AWS takes no subnet with ${block} while there is ${urn.split("::").at(-1) ?? urn} with ` +
      `${String(read(old?.inputs ?? {}, "cidrBlock"))}, which goes last if it goes: the run would end half way.`,
    why: "The block is, or overlaps, one that a subnet has today: blocks belong to zones by their place in the lists.",
    safeWay:
      "Leave each zone the block that it has, and add to the lists at their end, or take from it. To give a block to another zone, " +
      "take it out in one run and put it there in the next.",
  };
}

interface Block {
  readonly first: number;
  readonly size: number;
}

function blockOf(inputs: Readonly<Record<string, unknown>> | undefined): Block | undefined {
  const text = read(inputs ?? {}, "cidrBlock");
  const [, address, bits] = (typeof text === "string" ? /^([\d.]+)\/(\d+)$/.exec(text) : null) ?? [];
  if (address === undefined) {
    return undefined;
  }
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first, size: 2 ** (32 - Number(bits)) };
}

function overlap(a: Block | undefined, b: Block | undefined): boolean {
  return a !== undefined && b !== undefined && a.first < b.first + b.size && b.first < a.first + a.size;
}
