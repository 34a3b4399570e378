import { expect } from "chai";
import { clusterConfig, walkOf } from "./support/cluster-stack";
import { documentOf, type CloudResource, type Walk } from "./support/walk";

const image = (letter: string): string => `registry.example.com/app@sha256:${letter.repeat(64)}`;
const resources = { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } };

/** The mail section needs a secret that no committed file can have. */
const config = {
  ...clusterConfig,
  "groundwork:messaging": {},
  "groundwork:users": {},
  "groundwork:dns": { domain: "dev.example.com" },
  "groundwork:mail": { sendgrid: { from: "noreply@example.com" } },
  "groundwork:workloads": {
    frontend: { image: image("a"), port: 8080, resources, loadBalancer: {} },
    control: {
      image: image("b"),
      port: 8080,
      resources,
      replicas: 3,
      mail: true,
      secrets: { QUEUES_URL: { user: "sqs_readwriter", url: "sqs" } },
      allowFrom: ["frontend"],
    },
  },
};

let standing: Promise<Walk> | undefined;

async function standingWorkloads(): Promise<Walk> {
  standing ??= (async () => {
    const walk = walkOf(config);
    await walk.done("rehearse", "dev");
    return walk;
  })();
  return (await standing).copy();
}

interface ServiceOutputs {
  readonly status: { readonly loadBalancer: { readonly ingress: readonly { readonly hostname: string }[] } };
}

function objects(walk: Walk, kind: string): readonly CloudResource[] {
  return walk.cloud().filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`));
}

function ids(walk: Walk, kind: string): readonly string[] {
  return objects(walk, kind)
    .map(({ id }) => id)
    .filter((id) => id.startsWith("workloads"))
    .sort();
}

function one(walk: Walk, kind: string, id: string): CloudResource {
  const found = objects(walk, kind).find((object) => object.id === id);
  if (found === undefined) {
    throw new Error(`no ${kind} ${id}; there are ${ids(walk, kind).join(", ")}`);
  }
  return found;
}

interface Change {
  readonly type: string;
  readonly op: string;
  readonly urn: string;
}

async function planned(walk: Walk): Promise<readonly string[]> {
  const { changes } = documentOf(await walk.done("preview", "dev", "--rehearse", "--json"));
  return (changes as readonly Change[])
    .map(({ op, urn }) => `${op} ${urn.split("::").slice(-2).join(" ").replace(/^.*\$/, "")}`)
    .sort();
}

describe("workloads through the engine", () => {
  it("stand up with their namespace, mail and secrets, and a second run finds nothing to change", async () => {
    const walk = await standingWorkloads();
    expect(ids(walk, "Deployment")).to.deep.equal(["workloads/control", "workloads/frontend"]);
    expect(ids(walk, "Service")).to.deep.equal([
      "workloads/control",
      "workloads/frontend",
      "workloads/frontend-network",
    ]);
    expect(ids(walk, "NetworkPolicy")).to.deep.equal([
      "workloads/control",
      "workloads/default",
      "workloads/frontend",
    ]);
    expect(ids(walk, "Secret")).to.have.lengthOf(2);
    expect(await planned(walk)).to.deep.equal([]);
  });

  it("are refused before anything runs, outside of a rehearsal, when the stack has no SendGrid key", async () => {
    const walk = await standingWorkloads();
    const { exitCode, stderr } = await walk.groundwork("preview", "dev");
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain("groundwork:sendgridApiKey");
    expect(stderr).to.contain("`./groundwork secrets dev set sendgridApiKey`");
  });

  it("go with plain pulumi, too", async () => {
    const walk = await standingWorkloads();
    const { stdout } = await walk.done("exec", "--rehearse", "--", "pulumi", "preview", "--stack", "dev");
    expect(stdout).to.match(/\d+ unchanged/);
    expect(stdout).to.not.match(/to (create|update|replace|delete)/);
  });

  it("get another load balancer when its type changes, to which the name moves when it serves, and before the old one goes", async () => {
    const walk = await standingWorkloads();
    const hostname = (id: string): string =>
      (one(walk, "Service", id).outputs as unknown as ServiceOutputs).status.loadBalancer.ingress[0]
        ?.hostname ?? "";
    const old = hostname("workloads/frontend-network");
    walk.edit("dev", (settings) => {
      settings.set("workloads", ["frontend", "loadBalancer"], { type: "classic" });
    });
    const before = walk.log().length;
    await walk.done("up", "dev", "--rehearse", "--yes");
    expect(hostname("workloads/frontend-classic")).to.not.equal(old);
    const told = ["kubernetes:core/v1:Service", "aws:route53/record:Record", "aws:cloudwatch:GetMetricData"];
    expect(
      walk
        .log()
        .slice(before)
        .filter(({ type, method }) => told.includes(type) && method !== "read")
        .map(({ method, type }) => `${method} ${type}`),
    ).to.deep.equal([
      "create kubernetes:core/v1:Service",
      "invoke aws:cloudwatch:GetMetricData",
      "update aws:route53/record:Record",
      "delete kubernetes:core/v1:Service",
    ]);
    const [alias] = walk.cloud().filter(({ inputs }) => inputs["type"] === "A");
    expect(alias?.outputs["aliases"]).to.deep.equal([
      // Of classic ones in eu-west-1.
      { name: hostname("workloads/frontend-classic"), zoneId: "Z32O12XQLNTSW2", evaluateTargetHealth: false },
    ]);
  });

  it("start again with the new secret when mail changes, and only those that send any", async () => {
    const walk = await standingWorkloads();
    const secrets = ids(walk, "Secret");
    walk.edit("dev", (settings) => {
      settings.set("mail", ["sendgrid", "from"], "other@example.com");
    });
    expect(await planned(walk)).to.deep.equal([
      "replace kubernetes:core/v1:Secret mail",
      "update kubernetes:apps/v1:Deployment workloads-control",
    ]);
    await walk.done("up", "dev", "--rehearse", "--yes");
    const now = ids(walk, "Secret");
    expect(now).to.have.lengthOf(2);
    expect(now.filter((id) => secrets.includes(id))).to.have.lengthOf(1);
  });

  it("go over from a fixed number of pods to a following one and back", async () => {
    const walk = await standingWorkloads();
    const replicas = (): unknown =>
      (one(walk, "Deployment", "workloads/control").inputs["spec"] as { readonly replicas: number }).replicas;
    walk.edit("dev", (settings) => {
      settings.set("workloads", ["control", "replicas"], { min: 2, max: 9 });
    });
    // Nothing of the deployment: the number that it has now is the autoscaler's from here on.
    expect(await planned(walk)).to.deep.equal([
      "create kubernetes:autoscaling/v2:HorizontalPodAutoscaler workloads-control-autoscaler",
    ]);
    await walk.done("up", "dev", "--rehearse", "--yes");
    expect(replicas()).to.equal(3);
    walk.edit("dev", (settings) => {
      settings.set("workloads", ["control", "replicas"], 5);
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
    expect(replicas()).to.equal(5);
    expect(ids(walk, "HorizontalPodAutoscaler")).to.deep.equal([]);
  });

  it("go as a whole when they are taken from the settings", async () => {
    const walk = await standingWorkloads();
    walk.edit("dev", (settings) => {
      settings.remove("workloads", ["control"]);
    });
    await walk.done("up", "dev", "--rehearse", "--yes");
    for (const kind of ["Deployment", "ServiceAccount", "PodDisruptionBudget"]) {
      expect(ids(walk, kind), kind).to.deep.equal(["workloads/frontend"]);
    }
    expect(ids(walk, "Secret")).to.have.lengthOf(1);
  });

  it("are refused with a tag in place of a digest, before anything runs", async () => {
    const walk = await standingWorkloads();
    walk.edit("dev", (settings) => {
      settings.set("workloads", ["frontend", "image"], "registry.example.com/app:latest");
    });
    const { exitCode, stderr } = await walk.groundwork("up", "dev", "--rehearse", "--yes");
    expect(exitCode).to.equal(2);
    expect(stderr).to.contain("groundwork:workloads.frontend.image");
    expect(stderr).to.contain("is not pinned");
  });
});
