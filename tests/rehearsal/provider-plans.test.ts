import { expect } from "chai";
import { planFacts } from "../../rehearsal/catalogue/plan";
import { typeFacts, typesOf } from "../../rehearsal/catalogue/facts";
import type { PropertyFacts, PropertyType } from "../../rehearsal/catalogue/type-facts";
import { diffInputs } from "../../rehearsal/interpreter/diff";
import { unknown, type Values } from "../../rehearsal/interpreter/values";

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
    [
      "is another gateway when it is given the zones that it chose before",
      { availabilityMode: "regional" },
      { availabilityMode: "regional", availabilityZoneAddresses: [{ availabilityZone: "eu-west-1a" }] },
      "replaces availabilityZoneAddresses",
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
      const { source, replaces = [], ignores = [], keeps = [], sets = [], writes = {} } = planFacts(token);
      if (source === "") continue;
      found += 1;
      expect(source, token).to.match(/\.go: \w/);
      const named = [
        ...[...replaces, ...ignores].map(({ property }) => property),
        ...keeps,
        ...sets,
        ...Object.keys(writes),
      ];
      for (const property of named) expect(isInput(token, property), `${token} ${property}`).to.equal(true);
    }
    expect(found).to.equal(26);
  });
});
