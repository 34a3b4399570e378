import { expect } from "chai";
import { keptTypes } from "../../guard/catalogue/kept-types";
import { statefulType } from "../../guard/catalogue/stateful-types";
import { type RecordedResource, type RecordedSecret, type Recording, UNKNOWN } from "../support/mocks";
import { recordProgram, type Stack, stacks } from "../support/program";
import { forgetWhatIsGone } from "../support/what-is-gone";

type StackRecording = Recording<Record<string, unknown>>;

const ROOT = "pulumi:pulumi:Stack";
const PROVIDER = "pulumi:providers:aws";

function outputsOf(recording: StackRecording): Readonly<Record<string, unknown>> {
  return recording.outputsOf(recording.one(ROOT));
}

/** The guard's own word on it: what holds data, or keeps it safe. */
function mustBeProtected(type: string): boolean {
  const kind = statefulType(type);
  return kind !== undefined && kind.removable !== true;
}

/** They go up one minor version at a time, at every level. */
const versioned = ["aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup"];

function managed(recording: StackRecording): readonly RecordedResource[] {
  return recording.resources.filter(({ type }) => type.startsWith("aws:"));
}

const lifecycleType = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

describe("the program", () => {
  for (const stack of stacks) {
    describe(`for ${stack}`, () => {
      let recording: StackRecording;
      before(async () => {
        recording = await recordProgram(stack);
      });

      it("has every output that others rely on, by name", () => {
        expect(outputsOf(recording)).to.have.all.keys(
          "ciRoles",
          "vpcId",
          "publicSubnetIds",
          "privateSubnetIds",
          "databaseSubnetIds",
          "databaseEndpoint",
          "databaseSecretArn",
          "databaseRoles",
          "reportsTables",
          "reportsBucket",
          "queueUrls",
          "users",
          "clusterName",
          "kubeconfig",
          "loadBalancers",
          "zoneId",
          "nameServers",
          "names",
          "staticAddresses",
          "asg_workers_sec_group_id",
          "fleets",
          ...(stack === "prod" ? ["workerAddresses"] : []),
        );
        expect(outputsOf(recording)["reportsTables"]).to.deep.equal({ reports: `${stack}_reports` });
      });

      it("keeps credentials secret, and nothing but credentials", () => {
        const secrets = Object.entries(outputsOf(recording))
          .filter(([, value]) => typeof value === "object" && value !== null && "secret" in value)
          .map(([name]) => name);
        expect(secrets).to.deep.equal(["users"]);
      });

      it("puts no secret access key anywhere in clear, in inputs or outputs", () => {
        const { secret: users } = outputsOf(recording)["users"] as RecordedSecret;
        const keys = Object.values(users as Record<string, { secretAccessKey: string }>).map(
          ({ secretAccessKey }) => secretAccessKey,
        );
        expect(keys).to.have.length.of.at.least(3);
        const clear = JSON.stringify(
          [recording.resources.map(({ inputs }) => inputs), [...recording.outputs.values()]],
          (_key, value: unknown) =>
            typeof value === "object" && value !== null && Object.keys(value).join() === "secret"
              ? "hidden"
              : value,
        );
        for (const key of keys) {
          expect(clear).to.not.include(key);
          expect(clear).to.not.include(encodeURIComponent(key));
        }
      });

      it("manages everything in AWS through the one provider that is bound to the stack's account", () => {
        const provider = recording.one(PROVIDER);
        for (const { provider: used, type, name } of managed(recording)) {
          expect(used?.startsWith(`${provider.urn}::`), `${type} ${name}`).to.equal(true);
        }
        expect(managed(recording)).to.have.length.of.at.least(70);
      });

      it("puts everything in AWS under a component", () => {
        const components = recording.resources
          .filter(({ type }) => type.startsWith("groundwork:"))
          .map(({ urn }) => urn);
        for (const { parent, type, name } of managed(recording)) {
          expect(components, `${type} ${name}`).to.include(parent);
        }
      });

      it("protects what holds data, with a hook that refuses its deletion, static addresses and load balancers, and nothing else", () => {
        const isKept = ({ type, name }: RecordedResource): boolean =>
          Object.keys(keptTypes).includes(type) && /^(static-services|fleets)-/.test(name);
        const addresses = managed(recording).filter(isKept);
        expect(addresses.filter(({ options }) => !options.protect)).to.deep.equal([]);
        const guarded = recording.resources
          .filter((resource) => resource.options.protect && !isKept(resource))
          .map(({ urn }) => urn);
        const stateful = recording.resources
          .filter(({ type }) => mustBeProtected(type))
          .map(({ urn }) => urn);
        expect(guarded).to.have.members(stateful);
        expect(guarded).to.have.length.of.at.least(8);
        const isAlias = ({ inputs }: RecordedResource): boolean => inputs["aliases"] !== undefined;
        for (const resource of recording.resources.filter(({ name }) => !name.endsWith("-serving"))) {
          const { urn, type, options } = resource;
          const isGuarded = guarded.includes(urn);
          const ofGuard = isGuarded || type === lifecycleType ? ["groundwork-guard"] : [];
          const beforeUpdate = [
            ...(versioned.includes(type) ? ["groundwork-kubernetes-version"] : []),
            ...(isAlias(resource) ? ["groundwork-dns-serving"] : []),
            ...ofGuard,
          ];
          expect(options.hooks, urn).to.deep.equal({
            // Rules of expiry are judged when they come to a bucket, so the making of buckets has to be seen too.
            ...((type === lifecycleType || (isGuarded && statefulType(type)?.forced !== undefined)) && {
              beforeCreate: ofGuard,
            }),
            // The zone above is kept elsewhere: the run says what is needed there.
            ...(type === "aws:acm/certificateValidation:CertificateValidation" && {
              beforeCreate: ["groundwork-dns-proof"],
            }),
            ...(beforeUpdate.length > 0 && { beforeUpdate }),
            ...(isGuarded && { beforeDelete: ofGuard }),
          });
        }
      });

      it("knows every policy in the first preview", async () => {
        const preview = await recordProgram(stack, { preview: true });
        const documents = managed(preview).flatMap(({ name, inputs }) =>
          ["policy", "assumeRolePolicy", "redrivePolicy", "redriveAllowPolicy"]
            .filter((key) => inputs[key] !== undefined)
            .map((key) => [`${name} ${key}`, inputs[key]] as const),
        );
        expect(documents).to.have.length.of.at.least(9);
        for (const [what, document] of documents) {
          expect(document, what).to.not.equal(UNKNOWN);
          expect(JSON.parse(String(document)), what).to.be.an("object");
        }
      });
    });
  }

  const accounts: Readonly<Record<Stack, string>> = { dev: "482913067251", prod: "730164928835" };

  for (const stack of stacks) {
    it(`refuses other accounts than the one of ${stack}, and tags everything there`, async () => {
      const { inputs } = (await recordProgram(stack)).one(PROVIDER);
      expect(inputs["region"]).to.equal("eu-west-1");
      // The engine hands a provider its lists and mappings as JSON.
      expect(JSON.parse(String(inputs["allowedAccountIds"]))).to.deep.equal([accounts[stack]]);
      expect(JSON.parse(String(inputs["defaultTags"])))
        .to.have.property("tags")
        .that.deep.includes({
          project: "groundwork",
          environment: stack,
          "managed-by": "groundwork",
          team: "platform",
        });
    });
  }

  it("lets no tag of the settings stand in for those that say whose a resource is", async () => {
    const recording = await recordProgram("dev", {
      change: (config) => {
        config["groundwork:tags"] = { team: "platform" };
      },
    });
    expect(JSON.parse(String(recording.one(PROVIDER).inputs["defaultTags"]))).to.deep.equal({
      tags: { environment: "dev", "managed-by": "groundwork", project: "groundwork", team: "platform" },
    });
  });

  it("gives two stacks no name in common, so that they can be in one account", async () => {
    const names = async (stack: Stack): Promise<string[]> =>
      managed(await recordProgram(stack))
        // Named within its table, and within its group.
        .filter(
          ({ type }) =>
            type !== "aws:appautoscaling/policy:Policy" &&
            type !== "aws:autoscaling/lifecycleHook:LifecycleHook",
        )
        .flatMap(({ inputs }) =>
          ["name", "identifier", "finalSnapshotIdentifier", "bucket"].map((key) => inputs[key]),
        )
        .filter((name) => typeof name === "string");
    const [dev, prod] = [await names("dev"), new Set(await names("prod"))];
    expect(dev).to.have.length.of.at.least(20);
    expect(dev.filter((name) => prod.has(name))).to.deep.equal([]);
  });

  it("protects nothing in a disposable stack", async () => {
    const recording = await recordProgram("dev", {
      change: (config) => {
        config["groundwork:guard"] = { level: "disposable" };
      },
    });
    for (const { urn, options } of recording.resources) {
      expect(options.protect, urn).to.equal(false);
      expect(options.hooks.beforeDelete, urn).to.equal(undefined);
      expect(options.retainOnDelete, urn).to.equal(false);
    }
  });
});

describe("a section that is absent", () => {
  const sections: readonly {
    readonly section: string;
    readonly component: string;
    readonly outputs: readonly string[];
    readonly types: readonly string[];
    readonly without?: readonly string[];
  }[] = [
    {
      section: "ci",
      component: "groundwork:ci:Ci",
      outputs: ["ciRoles"],
      types: ["aws:iam/openIdConnectProvider"],
    },
    {
      section: "database",
      component: "groundwork:database:Database",
      outputs: ["databaseEndpoint", "databaseSecretArn", "databaseRoles"],
      types: ["aws:rds/", "aws:secretsmanager/", "random:", "kubernetes:batch/"],
    },
    {
      section: "reports",
      component: "groundwork:reports:Reports",
      outputs: ["reportsTables", "reportsBucket"],
      types: ["aws:dynamodb/", "aws:s3/", "aws:appautoscaling/"],
    },
    {
      section: "messaging",
      component: "groundwork:messaging:Messaging",
      outputs: ["queueUrls"],
      types: ["aws:sqs/"],
    },
    {
      section: "users",
      component: "groundwork:users:ServiceUsers",
      outputs: ["users"],
      types: ["aws:iam/user", "aws:iam/accessKey", "aws:iam/policy:"],
    },
    {
      section: "mail",
      component: "groundwork:mail:Mail",
      outputs: ["loadBalancers"],
      types: ["kubernetes:apps/", "kubernetes:core/v1:Secret"],
      // Nothing may ask for mail then.
      without: ["groundwork:workloads"],
    },
    {
      section: "dns",
      component: "groundwork:dns:Dns",
      outputs: ["zoneId", "nameServers", "names"],
      types: ["aws:route53/"],
    },
    {
      section: "staticServices",
      component: "groundwork:staticServices:StaticServices",
      outputs: ["staticAddresses"],
      types: ["groundwork:staticServices:"],
    },
    {
      section: "workerGroups",
      component: "groundwork:workerGroups:WorkerGroups",
      outputs: ["asg_workers_sec_group_id"],
      types: ["groundwork:workerGroups:", "aws:autoscaling/schedule"],
    },
    {
      section: "fleets",
      component: "groundwork:fleets:Fleets",
      outputs: ["fleets", "databaseEndpoint", "databaseSecretArn", "databaseRoles"],
      types: ["groundwork:fleets:", "aws:lb/", "aws:ebs/volume"],
      // The database names one of them.
      without: ["groundwork:database"],
    },
  ];

  let whole: StackRecording;
  before(async () => {
    whole = await recordProgram("dev");
  });

  for (const { section, component, outputs, types, without: others = [] } of sections) {
    it(`leaves nothing of ${section}: no resource, no output, not even an empty one`, async () => {
      const without = await recordProgram("dev", {
        change: (config) => {
          for (const key of [`groundwork:${section}`, ...others]) {
            delete config[key];
          }
          forgetWhatIsGone(config);
        },
      });
      expect(whole.ofType(component)).to.have.length(1);
      expect(without.ofType(component)).to.deep.equal([]);
      const left = without.resources.filter(
        ({ type, urn }) => types.some((prefix) => type.startsWith(prefix)) || urn.includes(`::${component}$`),
      );
      expect(left.map(({ urn }) => urn)).to.deep.equal([]);
      expect(outputsOf(without)).to.have.all.keys(
        ...Object.keys(outputsOf(whole)).filter((name) => !outputs.includes(name)),
      );
    });
  }

  it("leaves the other users when it is reports", async () => {
    const recording = await recordProgram("dev", {
      change: (config) => {
        delete config["groundwork:reports"];
        forgetWhatIsGone(config);
      },
    });
    expect(recording.ofType("aws:iam/user:User").map(({ name }) => name)).to.deep.equal([
      "users-sqs_readwriter",
    ]);
  });

  it("leaves a stack of nothing but its provider when it is every one of them", async () => {
    const recording = await recordProgram("dev", {
      change: (config) => {
        for (const key of Object.keys(config)) {
          if (key.startsWith("groundwork:") && !["groundwork:guard", "groundwork:tags"].includes(key)) {
            delete config[key];
          }
        }
      },
    });
    expect(recording.counts()).to.deep.equal({ [PROVIDER]: 1, [ROOT]: 1 });
    expect(outputsOf(recording)).to.deep.equal({});
  });

  it("is refused where another one needs it, with what to do", async () => {
    let failure: unknown;
    try {
      await recordProgram("dev", {
        change: (config) => {
          delete config["groundwork:network"];
        },
      });
    } catch (error) {
      failure = error;
    }
    expect(String(failure)).to.include("groundwork:network");
  });
});

describe("an existing network", () => {
  it("serves database and cluster as a new one would", async () => {
    const recording = await recordProgram("dev", {
      change: (config) => {
        config["groundwork:network"] = {
          vpcId: "vpc-0aaaaaaaaaaaaaaaa",
          publicSubnetIds: ["subnet-0aaaaaaaaaaaaaaa1", "subnet-0aaaaaaaaaaaaaaa2"],
          privateSubnetIds: ["subnet-0aaaaaaaaaaaaaaa5", "subnet-0aaaaaaaaaaaaaaa6"],
          workerSubnetIds: ["subnet-0aaaaaaaaaaaaaaa7"],
          databaseSubnetIds: ["subnet-0aaaaaaaaaaaaaaa3", "subnet-0aaaaaaaaaaaaaaa4"],
        };
      },
    });
    expect(outputsOf(recording)["vpcId"]).to.equal("vpc-0aaaaaaaaaaaaaaaa");
    expect(recording.one("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"]).to.deep.equal([
      "subnet-0aaaaaaaaaaaaaaa3",
      "subnet-0aaaaaaaaaaaaaaa4",
    ]);
    const groups = recording
      .ofType("aws:ec2/securityGroup:SecurityGroup")
      .filter(({ inputs }) => inputs["region"] !== "us-west-2");
    expect(groups.map(({ name }) => name)).to.include.members(["database", "static-services-dns-eu-west-1"]);
    expect(new Set(groups.map(({ inputs }) => inputs["vpcId"]))).to.deep.equal(
      new Set(["vpc-0aaaaaaaaaaaaaaaa"]),
    );
    expect(recording.one("aws:eks/cluster:Cluster").inputs["vpcConfig"])
      .to.have.property("subnetIds")
      .that.deep.equals(["subnet-0aaaaaaaaaaaaaaa5", "subnet-0aaaaaaaaaaaaaaa6"]);
    const { inputs: builders } = recording.one("aws:autoscaling/group:Group", "fleets-builder");
    expect(builders["vpcZoneIdentifiers"]).to.deep.equal(["subnet-0aaaaaaaaaaaaaaa7"]);
    // It is not changed.
    expect(recording.ofType("aws:ec2/networkAcl:NetworkAcl")).to.deep.equal([]);
    // The other region has none that could be used.
    expect(recording.one("aws:ec2/vpc:Vpc").inputs["region"]).to.equal("us-west-2");
  });
});
