import { Command, InvalidArgumentError } from "commander";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Cloud } from "../../rehearsal/cloud/cloud";
import { rehearsalEnvironment } from "../../rehearsal/environment";
import { listen } from "../../rehearsal/host/server";
import { packageHandlers, packageNames } from "../../rehearsal/packages/registry";
import type { Values } from "../../rehearsal/interpreter/values";
import { readEnvironment } from "../../settings/environment";
import { compare, type Comparison } from "./compare";
import { Provider, startPlugin } from "./provider";
import { agreement, report } from "./report";
import { samplesIn } from "./samples";
import { accountOfStack, standUp, startMoto } from "./stand-up";

export interface HonestyOptions {
  /** Folder with plugins' programs: `pulumi-resource-aws` and so on. */
  readonly plugins: string;
  /** Folder with resources: a rehearsal's `cloud/`, or `tests/expected/`. */
  readonly resources: string;
  /** The AWS API that the real plugin asks while it plans; nothing listens at the default. */
  readonly endpoint?: string;
}

const account = "482913067251";

/** Settings of a provider that asks nobody who it is. */
const settings: Readonly<Record<string, Values>> = {
  aws: {
    region: "eu-west-1",
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRequestingAccountId: true,
  },
};

/**
 * Asks each real plugin that is in the folder, and the rehearsal's provider of that package, what every change of every
 * resource comes to. The plugins reach nothing real: no credentials, and no endpoint but the given one.
 *
 * @throws Error when the folder has no plugin of a package that is rehearsed, or one does not start.
 */
export async function honesty({ plugins, resources, endpoint }: HonestyOptions): Promise<Comparison> {
  const found = packageNames.filter((name) => existsSync(join(plugins, `pulumi-resource-${name}`)));
  if (found.length === 0) {
    const names = packageNames.map((name) => `pulumi-resource-${name}`).join(", ");
    throw new Error(
      `${plugins} has no plugin of a package that is rehearsed. Their programs are called ${names}.`,
    );
  }
  const directory = mkdtempSync(join(tmpdir(), "groundwork-honesty-"));
  const env = {
    ...readEnvironment(process.cwd()).variables,
    ...rehearsalEnvironment(directory, []),
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
  };
  try {
    const compared: Comparison[] = [];
    for (const name of found) {
      const real = await startPlugin(join(plugins, `pulumi-resource-${name}`), settings[name] ?? {}, env);
      try {
        const rehearsed = await startRehearsed(name, directory);
        compared.push(await compare(samplesIn(resources, name), real, rehearsed));
        await rehearsed.stop();
      } finally {
        await real.stop();
      }
    }
    return {
      judged: compared.flatMap(({ judged }) => judged),
      leftOut: compared.reduce((sum, { leftOut }) => sum + leftOut, 0),
      refused: compared.flatMap(({ refused }) => refused),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function startRehearsed(name: string, directory: string): Promise<Provider> {
  const cloud = new Cloud({ directory });
  const listener = await listen(name, () => packageHandlers(name, cloud, account));
  return Provider.connect(listener.port, settings[name] ?? {}, () => listener.stop());
}

interface Call extends HonestyOptions {
  readonly threshold: number;
  readonly standUp?: string;
}

/** `npm run honesty`. Exit 1: less than the threshold agrees, or a stack does not stand; 2: the call is wrong. */
async function main(): Promise<void> {
  const command = new Command("honesty")
    .description(
      "Gives real provider plugins and the rehearsal the same changes, and prints where they agree.",
    )
    .requiredOption("--plugins <dir>", "folder with pulumi-resource-aws and its like, unpacked")
    .option("--resources <dir>", "a rehearsal's cloud folder, or tests/expected", defaultResources())
    .option(
      "--endpoint <url>",
      "AWS API that the real plugin asks while it plans (default: moto, brought for it)",
    )
    .option("--threshold <percent>", "agreement, order included, below which this fails", asPercent, 99.5)
    .option(
      "--stand-up <stack>",
      "stand a stack up with the real AWS plugin before moto, and compare nothing",
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse();
  const call = command.opts<Call>();
  const missing = [call.plugins, call.resources].find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    process.stderr.write(`There is no folder ${missing}.\n`);
    process.exitCode = 2;
    return;
  }
  const moto =
    call.endpoint === undefined ? await startMoto(accountOfStack(call.standUp ?? "dev")) : undefined;
  try {
    const endpoint = call.endpoint ?? moto?.endpoint ?? "";
    process.exitCode = await run({ ...call, plugins: resolve(call.plugins), endpoint });
  } finally {
    await moto?.stop();
  }
}

async function run(call: Call & { readonly endpoint: string }): Promise<number> {
  if (call.standUp !== undefined) {
    const { code, resources } = await standUp(call.standUp, call.plugins, call.endpoint);
    process.stdout.write(
      `${String(resources)} resources of AWS stand; the engine ended with ${String(code)}.\n`,
    );
    return code === 0 ? 0 : 1;
  }
  process.stdout.write(`Resources of ${call.resources}.\n\n`);
  const comparison = await honesty(call);
  process.stdout.write(report(comparison));
  const { does, order } = agreement(comparison);
  return Math.min(does, order) < call.threshold ? 1 : 0;
}

function defaultResources(): string {
  const rehearsed = join(".rehearsal", "cloud");
  return existsSync(rehearsed) ? rehearsed : join("tests", "expected");
}

function asPercent(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 100)) throw new InvalidArgumentError("Give a number from 0 to 100.");
  return value;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
