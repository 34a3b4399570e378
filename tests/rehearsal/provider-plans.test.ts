import { expect } from "chai";
import { planFacts } from "../../rehearsal/catalogue/plan";
import { typeFacts, typesOf } from "../../rehearsal/catalogue/facts";
import type { PropertyFacts, PropertyType } from "../../rehearsal/catalogue/type-facts";
import { checkInputs } from "../../rehearsal/interpreter/check";
import { diffInputs } from "../../rehearsal/interpreter/diff";
import { unknown, type Values } from "../../rehearsal/interpreter/values";
import { refusal, rehearsedAws, type Made } from "../support/rehearsed-cloud";

/** What a change of inputs comes to: the properties that replace, `update`, or `nothing`. */
function verdict(token: string, from: Values, to: Values, outputs: Values = {}): string {
  const { changes, replaces } = diffInputs(token, from, to, outputs);
  if (changes.length === 0) return "nothing";
  return replaces.length === 0 ? "update" : `replaces ${replaces.join(" ")}`;
}

type Row = readonly [sentence: string, from: Values, to: Values, expected: string, outputs?: Values];

/** One test for each row, all of one type. */
function changes(token: string, base: Values, rows: readonly Row[]): void {
  for (const [sentence, from, to, expected, outputs] of rows) {
    it(sentence, () => {
      expect(verdict(token, { ...base, ...from }, { ...base, ...to }, outputs)).to.equal(expected);
    });
  }
}

describe("an EKS cluster, as its provider plans a change", () => {
  const encryptionConfig = { provider: { keyArn: "arn:aws:kms:eu-west-1:1:key/a" }, resources: ["secrets"] };
  const access = { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false };
  const auto = { enabled: true, nodePools: ["system"] };
  changes("aws:eks/cluster:Cluster", { name: "c", roleArn: "r", vpcConfig: { subnetIds: ["a", "b"] } }, [
    ["is another one when encryption is taken away", { encryptionConfig }, {}, "replaces encryptionConfig"],
    ["is the same when encryption is added", {}, { encryptionConfig }, "update"],
    ["waits for what is not known", { encryptionConfig }, { encryptionConfig: unknown }, "update"],
    [
      "is another one when the role of automatic nodes is another",
      { computeConfig: { ...auto, nodeRoleArn: "a" } },
      { computeConfig: { ...auto, nodeRoleArn: "b" } },
      "replaces computeConfig.nodeRoleArn",
    ],
    [
      "is the same when automatic nodes get their first role",
      { computeConfig: auto },
      { computeConfig: { ...auto, nodeRoleArn: "b" } },
      "update",
    ],
    [
      "keeps who was let in at its making, when the program stops saying so",
      { accessConfig: access },
      { accessConfig: { authenticationMode: "API" } },
      "nothing",
    ],
    [
      "has log types in any order",
      { enabledClusterLogTypes: ["api", "audit"] },
      { enabledClusterLogTypes: ["audit", "api"] },
      "nothing",
    ],
  ]);
});

describe("a node group, as its provider plans a change", () => {
  const launchTemplate = { id: "lt-1", version: "1" };
  changes("aws:eks/nodeGroup:NodeGroup", { clusterName: "c", nodeRoleArn: "r", subnetIds: ["a"] }, [
    [
      "keeps its template when the program stops naming it",
      { launchTemplate },
      { launchTemplate: { version: "1" } },
      "nothing",
    ],
    ["is no other one when the block goes as a whole", { launchTemplate }, {}, "update"],
    [
      "is another one with another template",
      { launchTemplate },
      { launchTemplate: { ...launchTemplate, id: "lt-2" } },
      "replaces launchTemplate.id",
    ],
  ]);
});

describe("a network load balancer, as its provider plans a change", () => {
  const mapping = (subnetId: string, allocationId: string): Values => ({ subnetId, allocationId });
  changes("aws:lb/loadBalancer:LoadBalancer", { name: "n", loadBalancerType: "network" }, [
    [
      "is another one with another subnet",
      { subnets: ["a", "b"] },
      { subnets: ["a", "c"] },
      "replaces subnets[1]",
    ],
    [
      "is another one with one subnet fewer",
      { subnets: ["a", "b"] },
      { subnets: ["a"] },
      "replaces subnets[1]",
    ],
    ["gains a subnet in place", { subnets: ["a"] }, { subnets: ["a", "b"] }, "update"],
    ["takes subnets in any order", { subnets: ["a", "b"] }, { subnets: ["b", "a"] }, "nothing"],
    ["waits for subnets that are not known", { subnets: ["a"] }, { subnets: [unknown] }, "update"],
    [
      "is another one with its first security group",
      { securityGroups: [] },
      { securityGroups: ["g"] },
      "replaces securityGroups[0]",
    ],
    [
      "is another one without its last security group",
      { securityGroups: ["g"] },
      { securityGroups: [] },
      "replaces securityGroups[0]",
    ],
    ["exchanges security groups in place", { securityGroups: ["g"] }, { securityGroups: ["h"] }, "update"],
    [
      "is another one with another address",
      { subnetMappings: [mapping("a", "x")] },
      { subnetMappings: [mapping("a", "y")] },
      "replaces subnetMappings[0].allocationId",
    ],
    [
      "gains an address in place",
      { subnetMappings: [mapping("a", "x")] },
      { subnetMappings: [mapping("a", "x"), mapping("b", "y")] },
      "update",
    ],
    [
      "takes addresses in any order",
      { subnetMappings: [mapping("a", "x"), mapping("b", "y")] },
      { subnetMappings: [mapping("b", "y"), mapping("a", "x")] },
      "nothing",
    ],
    [
      "is another one with fewer addresses of its own a subnet",
      { secondaryIpsAutoAssignedPerSubnet: 2 },
      { secondaryIpsAutoAssignedPerSubnet: 1 },
      "replaces secondaryIpsAutoAssignedPerSubnet",
    ],
    ["has no idle timeout to change", { idleTimeout: 60 }, { idleTimeout: 90 }, "nothing"],
    [
      "crosses zones or not",
      { enableCrossZoneLoadBalancing: false },
      { enableCrossZoneLoadBalancing: true },
      "update",
    ],
  ]);
});

describe("an application load balancer, as its provider plans a change", () => {
  changes("aws:lb/loadBalancer:LoadBalancer", { name: "n", loadBalancerType: "application" }, [
    ["moves to another subnet in place", { subnets: ["a", "b"] }, { subnets: ["a", "c"] }, "update"],
    [
      "always crosses zones",
      { enableCrossZoneLoadBalancing: false },
      { enableCrossZoneLoadBalancing: true },
      "nothing",
    ],
    ["has an idle timeout", { idleTimeout: 60 }, { idleTimeout: 90 }, "update"],
    [
      "lets a mapping go in place",
      { subnetMappings: [{ subnetId: "a" }, { subnetId: "b" }, { subnetId: "c" }] },
      { subnetMappings: [{ subnetId: "a" }, { subnetId: "b" }] },
      "update",
    ],
  ]);
});

describe("a network, as its provider plans a change", () => {
  changes("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, [
    [
      "is another one when it becomes dedicated",
      { instanceTenancy: "default" },
      { instanceTenancy: "dedicated" },
      "replaces instanceTenancy",
    ],
    [
      "stops being dedicated in place",
      { instanceTenancy: "dedicated" },
      { instanceTenancy: "default" },
      "update",
    ],
    [
      "keeps the block that an address manager chose",
      { ipv4NetmaskLength: 16 },
      { ipv4NetmaskLength: 16, cidrBlock: "10.1.0.0/16" },
      "nothing",
    ],
  ]);
  changes("aws:ec2/subnet:Subnet", { vpcId: "v" }, [
    [
      "is another subnet with another IPv6 block",
      { ipv6CidrBlock: "2001:db8::/64" },
      { ipv6CidrBlock: "2001:db8:1::/64" },
      "replaces ipv6CidrBlock",
    ],
    ["gains its first IPv6 block in place", {}, { ipv6CidrBlock: "2001:db8::/64" }, "update"],
  ]);
  changes("aws:ec2/natGateway:NatGateway", { connectivityType: "private", subnetId: "s" }, [
    [
      "is another gateway with another count of addresses",
      { secondaryPrivateIpAddressCount: 1 },
      { secondaryPrivateIpAddressCount: 2 },
      "replaces secondaryPrivateIpAddressCount",
    ],
  ]);
  changes("aws:ec2/securityGroup:SecurityGroup", { name: "g", vpcId: "v" }, [
    [
      "has rules in any order",
      { ingress: [{ fromPort: 1 }, { fromPort: 2 }] },
      { ingress: [{ fromPort: 2 }, { fromPort: 1 }] },
      "nothing",
    ],
  ]);
  changes("aws:route53/record:Record", { zoneId: "z", type: "A", ttl: 60 }, [
    [
      "is the same record in capital letters and with a dot behind",
      { name: "a.example.com" },
      { name: "A.example.com." },
      "nothing",
    ],
    [
      "is another record under another name",
      { name: "a.example.com" },
      { name: "b.example.com" },
      "replaces name",
    ],
    [
      "has values in any order",
      { name: "a", records: ["1", "2"] },
      { name: "a", records: ["2", "1"] },
      "nothing",
    ],
  ]);
});

describe("a machine, as its provider plans a change", () => {
  const type = (instanceType: string): Values => ({ instanceType });
  changes("aws:ec2/instance:Instance", { ami: "ami-1" }, [
    ["is stopped for other user data", { userData: "a" }, { userData: "b" }, "update"],
    [
      "is another one with other user data, where that is asked for",
      { userData: "a", userDataReplaceOnChange: true },
      { userData: "b", userDataReplaceOnChange: true },
      "replaces userData",
    ],
    ["grows in place", type("m7i.large"), type("c7i.2xlarge"), "update"],
    ["is another one on another architecture", type("m7i.large"), type("m7g.large"), "replaces instanceType"],
    ["tells a GPU from a Graviton", type("g4dn.xlarge"), type("g5g.xlarge"), "replaces instanceType"],
    [
      "keeps the encryption of its disk when the program stops naming it",
      { rootBlockDevice: { encrypted: true, volumeSize: 8 } },
      { rootBlockDevice: { volumeSize: 8 } },
      "nothing",
    ],
  ]);
  changes("aws:autoscaling/group:Group", { minSize: 1, maxSize: 2 }, [
    [
      "keeps what happens when a hook times out",
      { initialLifecycleHooks: [{ name: "h", defaultResult: "ABANDON" }] },
      { initialLifecycleHooks: [{ name: "h" }] },
      "nothing",
    ],
    [
      "is in its subnets in any order",
      { vpcZoneIdentifiers: ["a", "b"] },
      { vpcZoneIdentifiers: ["b", "a"] },
      "nothing",
    ],
  ]);
});

describe("data, as its provider plans a change", () => {
  changes("aws:rds/instance:Instance", { engine: "postgres", instanceClass: "c" }, [
    [
      "keeps the storage that it grew by itself",
      { allocatedStorage: 50, maxAllocatedStorage: 200 },
      { allocatedStorage: 60, maxAllocatedStorage: 200 },
      "nothing",
      { allocatedStorage: 120 },
    ],
    [
      "grows beyond what it grew by itself",
      { allocatedStorage: 50, maxAllocatedStorage: 200 },
      { allocatedStorage: 150, maxAllocatedStorage: 200 },
      "update",
      { allocatedStorage: 120 },
    ],
    [
      "has a window in small letters",
      { maintenanceWindow: "Mon:00:00-Mon:03:00" },
      { maintenanceWindow: "mon:00:00-mon:03:00" },
      "nothing",
    ],
  ]);
  const method = (applyMethod: string, value = "1"): Values => ({
    parameters: [{ name: "rds.force_ssl", value, applyMethod }],
  });
  changes("aws:rds/parameterGroup:ParameterGroup", { name: "p", family: "postgres16" }, [
    [
      "sees no change of a parameter's method alone",
      method("immediate"),
      method("pending-reboot"),
      "nothing",
    ],
    ["sees a change of its value", method("immediate"), method("immediate", "0"), "update"],
    [
      "has parameters in any order",
      {
        parameters: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
        ],
      },
      {
        parameters: [
          { name: "B", value: "2" },
          { name: "a", value: "1" },
        ],
      },
      "nothing",
    ],
  ]);
  const warm = (units: number): Values => ({
    warmThroughput: { readUnitsPerSecond: units, writeUnitsPerSecond: 4000 },
  });
  const key = (type: string): Values => ({ attributes: [{ name: "id", type }] });
  changes(
    "aws:dynamodb/table:Table",
    { name: "t", hashKey: "id", billingMode: "PAY_PER_REQUEST", ...key("S") },
    [
      [
        "is another one when it is to be less warm",
        warm(20000),
        warm(12000),
        "replaces warmThroughput.readUnitsPerSecond",
      ],
      ["warms up in place", warm(12000), warm(20000), "update"],
      [
        "is another one when restored from another",
        { restoreSourceName: "a" },
        { restoreSourceName: "b" },
        "replaces restoreSourceName",
      ],
      ["forgets where it was restored from in place", { restoreSourceName: "a" }, {}, "update"],
      ["never changes the type of its key", key("S"), key("N"), "nothing"],
      [
        "learns an attribute with its index",
        {},
        {
          attributes: [
            { name: "id", type: "S" },
            { name: "day", type: "S" },
          ],
          globalSecondaryIndexes: [{ name: "by-day", hashKey: "day", projectionType: "ALL" }],
        },
        "update",
      ],
    ],
  );
  changes("aws:ssm/parameter:Parameter", { name: "p", type: "String", value: "v" }, [
    [
      "is another one when it leaves the advanced tier",
      { tier: "Advanced" },
      { tier: "Standard" },
      "replaces tier",
    ],
    ["rises in place", { tier: "Standard" }, { tier: "Advanced" }, "update"],
    [
      "stays in its tier when that is left to AWS",
      { tier: "Advanced" },
      { tier: "Intelligent-Tiering" },
      "nothing",
    ],
  ]);
});

/** Whether a type declares an input at a path, e.g. `ebsBlockDevices[].iops`. */
function isInput(token: string, path: string): boolean {
  const [first = "", ...rest] = path.replaceAll("[]", "").split(".");
  let facts: PropertyFacts | undefined = typeFacts(token)?.inputs[first];
  for (const name of rest) {
    const type: PropertyType | undefined = facts?.type.kind === "array" ? facts.type.element : facts?.type;
    facts = type?.kind === "object" ? type.properties()[name] : undefined;
  }
  return facts !== undefined;
}

describe("what a provider declares of its plans", () => {
  const modules = [
    "alb",
    "autoscaling",
    "cloudwatch",
    "dynamodb",
    "ebs",
    "ec2",
    "eks",
    "imagebuilder",
    "lb",
    "rds",
    "route53",
    "sqs",
    "ssm",
  ];

  it("has a source for each type, and speaks of properties that the type has", () => {
    let found = 0;
    for (const token of modules.flatMap((module) => typesOf("aws", module))) {
      const { source, replaces = [], ignores = [], keeps = [], sets = [] } = planFacts(token);
      if (source === "") continue;
      found += 1;
      expect(source, token).to.match(/\.go: \w/);
      const named = [...[...replaces, ...ignores].map(({ property }) => property), ...keeps, ...sets];
      for (const property of named) expect(isInput(token, property), `${token} ${property}`).to.equal(true);
    }
    expect(found).to.equal(23);
  });
});

describe("what a provider refuses before it asks AWS", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });
  const table = { name: "dev_reports", hashKey: "id", attributes: [{ name: "id", type: "S" }] };
  const tableType = "aws:dynamodb/table:Table";

  it("shows in a preview, and leaves no call in the log", () => {
    const inputs = {
      ...table,
      billingMode: "PAY_PER_REQUEST",
      attributes: [...table.attributes, { name: "x", type: "S" }],
    };
    expect(() => aws.previewCreate(tableType, "t", inputs)).to.throw(
      'all attributes must be indexed. Unused attributes: ["x"]',
    );
    expect(() => aws.previewCreate("aws:lb/targetGroup:TargetGroup", "t", { name: "t" })).to.throw(
      'Attribute "port" must be specified when "target_type" is "instance".',
    );
    expect(() => aws.previewCreate("aws:sqs/queue:Queue", "q", { contentBasedDeduplication: true })).to.throw(
      "content-based deduplication can only be set for FIFO queue",
    );
    expect(() =>
      aws.previewCreate("aws:ebs/volume:Volume", "v", {
        availabilityZone: "eu-west-1a",
        size: 8,
        type: "io2",
      }),
    ).to.throw("'iops' must be set when 'type' is 'io2'");
    expect(aws.records()).to.deep.equal([]);
  });

  it("takes what is not known for what will be", () => {
    expect(
      aws.previewCreate(tableType, "t", { ...table, hashKey: unknown, billingMode: "PAY_PER_REQUEST" }),
    ).to.include({ name: "dev_reports" });
  });

  it("takes units only where they are provisioned, and then one at least", () => {
    const check = (inputs: Values): string[] =>
      checkInputs(tableType, { ...table, ...inputs }).map(({ reason }) => reason);
    expect(check({ billingMode: "PAY_PER_REQUEST", readCapacity: 5 }).join()).to.include(
      'Attribute "read_capacity" cannot be specified when "billing_mode" is "PAY_PER_REQUEST".',
    );
    expect(check({ billingMode: "PROVISIONED", readCapacity: 0, writeCapacity: 1 }).join()).to.include(
      'Attribute "read_capacity" must be at least 1 when "billing_mode" is "PROVISIONED".',
    );
    expect(check({ billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 })).to.deep.equal([]);
  });
});

describe("a change that the provider passes over", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });

  it("does not reach the cloud beside another one: a key keeps its type", async () => {
    const keys = (type: string): Values => ({
      ...{ name: "keys", hashKey: "id", billingMode: "PAY_PER_REQUEST" },
      attributes: [{ name: "id", type }],
    });
    const made = await aws.create("aws:dynamodb/table:Table", "keys", keys("S"));
    const updated = await aws.update(made, { ...keys("N"), tags: { a: "1" } });
    expect(updated.outputs).to.deep.include({ attributes: [{ name: "id", type: "S" }], tags: { a: "1" } });
  });

  it("is not refused either: storage stays what it grew to by itself", async () => {
    const database = {
      ...{ identifier: "d", engine: "postgres", engineVersion: "16.13", instanceClass: "db.t4g.small" },
      ...{ manageMasterUserPassword: true, username: "u", maxAllocatedStorage: 200 },
    };
    const made = await aws.create("aws:rds/instance:Instance", "d", { ...database, allocatedStorage: 100 });
    const updated = await aws.update(made, { ...database, allocatedStorage: 50, backupRetentionPeriod: 7 });
    expect(updated.outputs).to.include({ allocatedStorage: 100, backupRetentionPeriod: 7 });
    expect(updated.inputs).to.include({ allocatedStorage: 50 });
  });

  it("gives a table that becomes provisioned one unit each, where its units are ignored", async () => {
    const onDemand = {
      name: "units",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
    };
    const made = await aws.create("aws:dynamodb/table:Table", "units", onDemand);
    expect(made.outputs).to.include({ readCapacity: 0, writeCapacity: 0 });
    const change = (from: Made, inputs: Values): Promise<Made> =>
      aws.update(from, { ...onDemand, ...inputs });
    const provisioned = await change(made, { billingMode: "PROVISIONED" });
    expect(provisioned.outputs).to.include({ billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 });
    const tagged = await change(provisioned, { billingMode: "PROVISIONED", tags: { a: "1" } });
    expect(tagged.outputs).to.include({ readCapacity: 1, writeCapacity: 1 });
    expect((await change(tagged, {})).outputs).to.include({ readCapacity: 0, writeCapacity: 0 });
    expect(
      await refusal(
        aws.create("aws:dynamodb/table:Table", "new", {
          ...onDemand,
          name: "new",
          billingMode: "PROVISIONED",
        }),
      ),
    ).to.include("Value '0' at 'provisionedThroughput.readCapacityUnits' failed to satisfy constraint");
  });
});

describe("what AWS refuses of a volume", () => {
  const aws = rehearsedAws();
  after(() => {
    aws.remove();
  });
  const volume = (type: string, size: number): Values => ({ availabilityZone: "eu-west-1a", type, size });
  const volumeType = "aws:ebs/volume:Volume";

  it("is a size that its type has not, at its making and when it becomes of another type", async () => {
    expect(await refusal(aws.create(volumeType, "cold", volume("sc1", 100)))).to.include(
      "api error InvalidParameterValue: Volume of 100GiB is too small for volume type sc1; minimum is 125GiB.",
    );
    expect(await refusal(aws.create(volumeType, "old", volume("standard", 2000)))).to.include(
      "Volume of 2000GiB is too large for volume type standard; maximum is 1024GiB.",
    );
    const made = await aws.create(volumeType, "disk", volume("gp3", 50));
    expect(await refusal(aws.update(made, volume("st1", 50)))).to.include(
      "Volume of 50GiB is too small for volume type st1; minimum is 125GiB.",
    );
    expect((await aws.update(made, volume("st1", 125))).outputs).to.include({ type: "st1", size: 125 });
  });
});
