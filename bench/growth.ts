import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import type { Measurement } from "./measure";
import { projectDirectory } from "./session";

/** How many static services the measured stacks have. A thousand have more settings than the engine can hand to a program: 128 KiB in Linux. */
const sizes = [10, 100, 400] as const;
/** The sections that a static service wants, as dev has them. */
const kept = [
  "aws:region",
  "aws:allowedAccountIds",
  "pulumi:disable-default-providers",
  "groundwork:guard",
  "groundwork:tags",
  "groundwork:network",
  "groundwork:releases",
];

export interface Growth {
  readonly services: number;
  readonly measured: Measurement;
}

/** The first preview of stacks that have nothing but a network and ever more static services, up to so many. */
export async function measureGrowth(
  most: number,
  preview: (stack: string) => Promise<Measurement>,
): Promise<Growth[]> {
  const config = configOfDev();
  const { jobs } = config["groundwork:staticServices"] as Readonly<Record<string, unknown>>;
  const growth: Growth[] = [];
  for (const services of sizes.filter((size) => size <= most)) {
    const many = Object.fromEntries(Array.from({ length: services }, (_unused, i) => [`service-${i}`, jobs]));
    const own = Object.fromEntries(kept.map((key) => [key, config[key]]));
    const measured = await withStackFile(
      `bench-${services}`,
      { ...own, "groundwork:staticServices": many },
      preview,
    );
    growth.push({ services, measured });
  }
  return growth;
}

/** A stack whose settings are refused. */
export function wrongStack<T>(action: (stack: string) => Promise<T>): Promise<T> {
  return withStackFile("bench-wrong", { ...configOfDev(), "groundwork:databse": {} }, action);
}

/** The power of the number of services with which the cost grows from one size to the next; what a start takes is in both. */
export function exponent(from: Growth, to: Growth, cost: (measured: Measurement) => number): number {
  return Math.log(cost(to.measured) / cost(from.measured)) / Math.log(to.services / from.services);
}

function configOfDev(): Readonly<Record<string, unknown>> {
  const text = readFileSync(path.join(projectDirectory, "Pulumi.dev.yaml"), "utf8");
  return (parse(text) as { readonly config: Readonly<Record<string, unknown>> }).config;
}

/** A stack's file lies in the project: this one for the time of the action. */
async function withStackFile<T>(
  stack: string,
  config: object,
  action: (stack: string) => Promise<T>,
): Promise<T> {
  const file = path.join(projectDirectory, `Pulumi.${stack}.yaml`);
  try {
    writeFileSync(file, stringify({ config }, { aliasDuplicateObjects: false }));
    return await action(stack);
  } finally {
    rmSync(file, { force: true });
  }
}
