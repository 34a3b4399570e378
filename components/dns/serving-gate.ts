import type * as cloudwatch from "@aws-sdk/client-cloudwatch";
import type * as elb from "@aws-sdk/client-elastic-load-balancing-v2";
import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { parseLoadBalancerHost, type LoadBalancerHost } from "./load-balancer-host";

const load = createRequire(__filename);

const HOOK_NAME = "groundwork-dns-serving";

/** Seconds between two looks at a load balancer. */
const INTERVAL_SECONDS = 10;

/**
 * Seconds that a new load balancer has until it serves. Source: none is promised; a network one is set up in two to five minutes
 * (Elastic Load Balancing, "Load balancer state"), its health checks take 20 seconds more, and CloudWatch is a minute or two behind.
 */
const LIMIT_SECONDS = 900;

/** Minutes of a metric that are looked at: it comes each minute, one or two late. */
const METRIC_MINUTES = 5;

/** What a load balancer says that never will: nothing is waited for then. */
const FAILED = "its state is failed";

const NONE_OF_THIS_NAME = "the account that is asked has none of this name";

/** How AWS is asked, where not as the SDK finds it by itself: environment, profiles, roles. */
export interface AwsAccess {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** The world, as far as waiting needs it. */
export interface Waiting {
  /** What a load balancer still lacks, as the end of a sentence; undefined once it serves. */
  readonly look: (balancer: LoadBalancerHost) => Promise<string | undefined>;
  readonly sleep: (seconds: number) => Promise<void>;
  readonly say: (message: string) => void;
}

/**
 * Returns when what a name is to point to serves: a load balancer has its host name minutes before it is set up and finds anything
 * healthy behind it.
 *
 * @throws Error that says what it lacks, what serves meanwhile, and what to do.
 */
export async function waitUntilServing(name: string, host: string, waiting: Waiting): Promise<void> {
  const balancer = parseLoadBalancerHost(host);
  let lacks = await waiting.look(balancer);
  if (lacks !== undefined && lacks !== FAILED) {
    waiting.say(
      `${name} waits for the load balancer ${balancer.name}, ${LIMIT_SECONDS / 60} minutes at most: ${lacks}`,
    );
  }
  for (let waited = 0; waited < LIMIT_SECONDS; waited += INTERVAL_SECONDS) {
    if (lacks === undefined || lacks === FAILED) {
      break;
    }
    await waiting.sleep(INTERVAL_SECONDS);
    lacks = await waiting.look(balancer);
  }
  if (lacks !== undefined) {
    const after = lacks === FAILED ? "" : ` after ${LIMIT_SECONDS / 60} minutes`;
    throw new Error(
      `${name}: the load balancer ${balancer.name} in ${balancer.region} does not serve${after}: ${lacks}. The ` +
        "name still points to where it did, and the load balancer there stays. See what the pods and the service say " +
        "(`kubectl describe service`), correct the settings, and run again.",
    );
  }
}

/**
 * Keeps a name from moving to a load balancer that does not serve yet. What was replaced goes when everything else is done: as long
 * as a name cannot move, the load balancer that it points to stays. For updates of records with an alias: a new name is not held up,
 * as nobody has used it so far. One a program: the engine takes the name of a hook once.
 */
export function servingHook(): pulumi.ResourceHook {
  return new pulumi.ResourceHook(HOOK_NAME, async ({ newInputs, oldInputs }) => {
    const [had, wanted] = [aliasTarget(oldInputs), aliasTarget(newInputs)];
    if (wanted === undefined || wanted === had) {
      return;
    }
    const { name } = newInputs as { readonly name: string };
    await waitUntilServing(name, wanted, {
      look: (balancer) => lackOf(balancer),
      sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      say: (message) => void pulumi.log.info(message),
    });
  });
}

function aliasTarget(inputs: unknown): string | undefined {
  const { aliases } = inputs as { readonly aliases?: readonly { readonly name: string }[] };
  return aliases?.[0]?.name;
}

/**
 * What a load balancer lacks by now, asked of AWS with the credentials that the provider has too.
 *
 * @throws Error with AWS's words, and what it takes to ask, when it does not answer.
 */
export async function lackOf(
  balancer: LoadBalancerHost,
  access: AwsAccess = {},
): Promise<string | undefined> {
  try {
    // An application load balancer's name is like a classic one's: the newer API is asked first.
    const lack = await lackOfNewer(balancer, access);
    return lack === NONE_OF_THIS_NAME && balancer.kind === "classic"
      ? await lackOfClassic(balancer, access)
      : lack;
  } catch (error) {
    throw new Error(
      `AWS could not be asked whether the load balancer ${balancer.name} in ${balancer.region} serves: ${String(error)}. It takes ` +
        "elasticloadbalancing:Describe*, and cloudwatch:GetMetricData for a classic one. The name still points to where it did.",
      { cause: error },
    );
  }
}

/** Of network and application load balancers: the state, then the health behind each listener. */
async function lackOfNewer(
  { name, region }: LoadBalancerHost,
  access: AwsAccess,
): Promise<string | undefined> {
  const {
    DescribeLoadBalancersCommand,
    DescribeTargetGroupsCommand,
    DescribeTargetHealthCommand,
    ElasticLoadBalancingV2Client,
    LoadBalancerNotFoundException,
  } = load("@aws-sdk/client-elastic-load-balancing-v2") as typeof elb;
  const client = new ElasticLoadBalancingV2Client({ region, ...access });
  try {
    const { LoadBalancers: [found] = [] } = await client.send(
      new DescribeLoadBalancersCommand({ Names: [name] }),
    );
    const state = found?.State?.Code ?? "unknown";
    if (state !== "active" && state !== "active_impaired") {
      return `its state is ${state}`;
    }
    const { TargetGroups: groups = [] } = await client.send(
      new DescribeTargetGroupsCommand({ LoadBalancerArn: found?.LoadBalancerArn }),
    );
    for (const { Port: port, TargetGroupArn } of groups) {
      const { TargetHealthDescriptions: targets = [] } = await client.send(
        new DescribeTargetHealthCommand({ TargetGroupArn }),
      );
      if (!targets.some(({ TargetHealth: health }) => health?.State === "healthy")) {
        const health = targets[0]?.TargetHealth;
        const why = [health?.State, health?.Reason].filter((one) => one !== undefined).join(", ");
        return `none of its ${targets.length} targets at port ${port ?? "?"} is healthy${why === "" ? "" : ` (${why})`}`;
      }
    }
    return groups.length === 0 ? "it has no target groups yet" : undefined;
  } catch (error) {
    if (error instanceof LoadBalancerNotFoundException) {
      return NONE_OF_THIS_NAME;
    }
    throw error;
  } finally {
    client.destroy();
  }
}

/** A classic one has no state, and tells its health as a metric too: one that has a value is set up. */
async function lackOfClassic(
  { name, region }: LoadBalancerHost,
  access: AwsAccess,
): Promise<string | undefined> {
  const { CloudWatchClient, GetMetricDataCommand } = load("@aws-sdk/client-cloudwatch") as typeof cloudwatch;
  const client = new CloudWatchClient({ region, ...access });
  try {
    const now = Date.now();
    const { MetricDataResults: [result] = [] } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - METRIC_MINUTES * 60_000),
        EndTime: new Date(now),
        ScanBy: "TimestampDescending",
        MetricDataQueries: [
          {
            Id: "healthy",
            MetricStat: {
              Metric: {
                Namespace: "AWS/ELB",
                MetricName: "HealthyHostCount",
                Dimensions: [{ Name: "LoadBalancerName", Value: name }],
              },
              Period: 60,
              Stat: "Maximum",
            },
          },
        ],
      }),
    );
    const [latest] = result?.Values ?? [];
    if (latest === undefined) {
      return "CloudWatch knows of no instances behind it yet";
    }
    return latest > 0 ? undefined : "none of its instances is healthy";
  } finally {
    client.destroy();
  }
}
