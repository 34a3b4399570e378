import { createHash } from "node:crypto";
import { azureResources } from "./azure-cloud";
import type { MockResourceResult } from "@pulumi/pulumi/runtime/mocks";
import { hostedZoneOf } from "../../rehearsal/packages/aws/regions";

/** Account and region that mocked ids and ARNs are of, unless a test says otherwise. */
export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";

export interface WantedResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** For an import. */
  readonly id?: string;
  readonly preview: boolean;
  readonly accountId: string;
  readonly region: string;
}

interface Computed {
  readonly id: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * What a cloud makes of a resource: its inputs, an id of the form that the real one has, and those computed outputs
 * that this program reads. In a preview it is the inputs only.
 *
 * Ids follow from type and name: the same program has the same ids every time.
 */
export function createInCloud(resource: WantedResource): MockResourceResult {
  if (resource.preview && !resource.type.startsWith("pulumi:providers:")) {
    return { id: undefined, state: { ...resource.inputs } };
  }
  const rule =
    computed[resource.type] ?? (resource.type.startsWith("kubernetes:") ? kubernetesObject : undefined);
  const { id, outputs } = rule?.(resource) ?? { id: `${resource.name}-id` };
  return { id: resource.id ?? id, state: { ...resource.inputs, ...outputs } };
}

function hex(resource: WantedResource, length: number): string {
  return createHash("sha256").update(`${resource.type}|${resource.name}`).digest("hex").slice(0, length);
}

/** `vpc-0a1b…`: EC2's long form, 17 digits. */
function ec2Id(prefix: string): (resource: WantedResource) => Computed {
  return (resource) => ({ id: `${prefix}-0${hex(resource, 16)}` });
}

/** The name that was asked for, or the engine's: logical name and seven digits. */
function physicalName(resource: WantedResource): string {
  const { name } = resource.inputs;
  return typeof name === "string" ? name : `${resource.name}-${hex(resource, 7)}`;
}

function iamArn(kind: string, resource: WantedResource): string {
  const path = typeof resource.inputs["path"] === "string" ? resource.inputs["path"] : "/";
  return `arn:aws:iam::${resource.accountId}:${kind}${path}${physicalName(resource)}`;
}

function regionalArn(resource: WantedResource, service: string, rest: string): string {
  return `arn:aws:${service}:${resource.region}:${resource.accountId}:${rest}`;
}

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object of the API: named by the provider where the program does not, with a load balancer where it asks for one. */
function kubernetesObject(resource: WantedResource): Computed {
  const metadata = (resource.inputs["metadata"] ?? {}) as Metadata;
  const name = metadata.name ?? `${resource.name}-${hex(resource, 8)}`;
  const spec = (resource.inputs["spec"] ?? {}) as { readonly type?: string };
  const isNetwork = metadata.annotations?.["service.beta.kubernetes.io/aws-load-balancer-type"] === "nlb";
  const address = isNetwork
    ? `a${hex(resource, 31)}-${hex(resource, 16)}.elb.${resource.region}.amazonaws.com`
    : `a${hex(resource, 31)}-1234567890.${resource.region}.elb.amazonaws.com`;
  return {
    id: metadata.namespace === undefined ? name : `${metadata.namespace}/${name}`,
    outputs: {
      metadata: { ...metadata, name },
      ...(spec.type === "LoadBalancer"
        ? { status: { loadBalancer: { ingress: [{ hostname: address }] } } }
        : {}),
    },
  };
}

/** What functions of the cloud answer, by token: those that the program calls. */
export const answers: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>> =
  {
    "aws:elb/getHostedZoneId:getHostedZoneId": ({ region: of }) => ({
      id: hostedZoneOf(String(of), "applicationLoadBalancer"),
    }),
    "aws:lb/getHostedZoneId:getHostedZoneId": ({ region: of, loadBalancerType }) => ({
      id: hostedZoneOf(
        String(of),
        loadBalancerType === "network" ? "networkLoadBalancer" : "applicationLoadBalancer",
      ),
    }),
    "aws:eks/getAddonVersion:getAddonVersion": ({ addonName, kubernetesVersion }) => ({
      id: addonName,
      version: `v1.0.0-for-${String(kubernetesVersion)}-eksbuild.1`,
    }),
  };

const computed: Readonly<Record<string, (resource: WantedResource) => Computed>> = {
  "aws:ec2/instance:Instance": (resource) => ({
    ...ec2Id("i")(resource),
    outputs: { publicIp: "198.51.100.7" },
  }),
  "aws:ec2/keyPair:KeyPair": (resource) => {
    const keyName = `${String(resource.inputs["keyNamePrefix"])}${hex(resource, 7)}`;
    return { id: keyName, outputs: { keyName } };
  },
  "equinix-metal:index/device:Device": (resource) => ({
    id: `${resource.name}-id`,
    outputs: { accessPublicIpv4: "198.51.100.8" },
  }),
  "command:local:Command": (resource) => ({
    id: `${resource.name}-id`,
    outputs: { stdout: "ecdsa-sha2-nistp256 AAAAthekeythatitshowed", stderr: "" },
  }),
  "random:index/randomId:RandomId": (resource) => ({
    id: hex(resource, 22),
    outputs: { b64Std: Buffer.from(hex(resource, 32), "hex").toString("base64") },
  }),
  "random:index/randomPassword:RandomPassword": (resource) => ({
    id: "none",
    outputs: { result: hex(resource, 32) },
  }),
  "aws:acm/certificate:Certificate": (resource) => {
    const arn = regionalArn(resource, "acm", `certificate/${hex(resource, 8)}`);
    const names = resource.inputs["subjectAlternativeNames"] as readonly string[];
    const domainValidationOptions = names.map((domainName) => ({
      domainName,
      resourceRecordName: `_proof.${domainName.replace("*.", "")}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "_value.acm-validations.aws.",
    }));
    return { id: arn, outputs: { arn, domainValidationOptions } };
  },
  "aws:autoscaling/group:Group": (resource) => ({
    id: physicalName(resource),
    outputs: { name: physicalName(resource) },
  }),
  "aws:iam/instanceProfile:InstanceProfile": (resource) => ({
    id: physicalName(resource),
    outputs: { name: physicalName(resource) },
  }),
  "aws:ssm/parameter:Parameter": (resource) => ({ id: physicalName(resource) }),
  ...azureResources,
  "aws:cloudwatch/logGroup:LogGroup": (resource) => ({
    id: physicalName(resource),
    outputs: { arn: regionalArn(resource, "logs", `log-group:${physicalName(resource)}`) },
  }),
  "aws:dynamodb/table:Table": (resource) => ({
    id: physicalName(resource),
    outputs: { arn: regionalArn(resource, "dynamodb", `table/${physicalName(resource)}`) },
  }),
  "aws:ec2/eip:Eip": (resource) => ({
    id: `eipalloc-0${hex(resource, 16)}`,
    outputs: {
      allocationId: `eipalloc-0${hex(resource, 16)}`,
      publicIp: `203.0.113.${parseInt(hex(resource, 2), 16)}`,
    },
  }),
  "aws:ebs/volume:Volume": ec2Id("vol"),
  "aws:ec2/flowLog:FlowLog": ec2Id("fl"),
  "aws:ec2/internetGateway:InternetGateway": ec2Id("igw"),
  "aws:ec2/natGateway:NatGateway": ec2Id("nat"),
  "aws:ec2/routeTable:RouteTable": ec2Id("rtb"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2Id("rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": ec2Id("sg"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2Id("sg"),
  "aws:ec2/subnet:Subnet": ec2Id("subnet"),
  "aws:ec2/vpc:Vpc": ec2Id("vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2Id("vpce"),
  "aws:ec2/launchTemplate:LaunchTemplate": (resource) => ({
    ...ec2Id("lt")(resource),
    outputs: { latestVersion: 1 },
  }),
  "aws:eks/cluster:Cluster": (resource) => {
    const name = physicalName(resource);
    return {
      id: name,
      outputs: {
        name,
        arn: regionalArn(resource, "eks", `cluster/${name}`),
        endpoint: `https://${hex(resource, 32).toUpperCase()}.gr7.${resource.region}.eks.amazonaws.com`,
        certificateAuthority: { data: Buffer.from("certificate").toString("base64") },
        vpcConfig: {
          ...(resource.inputs["vpcConfig"] as object),
          clusterSecurityGroupId: `sg-0${hex(resource, 16)}`,
        },
      },
    };
  },
  "aws:eks/nodeGroup:NodeGroup": (resource) => ({
    id: `${resource.name}-id`,
    outputs: { resources: [{ autoscalingGroups: [{ name: `eks-${resource.name}-${hex(resource, 8)}` }] }] },
  }),
  "aws:iam/accessKey:AccessKey": (resource) => ({
    id: `AKIA${hex(resource, 16).toUpperCase()}`,
    // A real secret key is base64 and has both of the characters that URLs trip over.
    outputs: { secret: `${hex(resource, 18)}/+${hex(resource, 19)}=` },
  }),
  "aws:iam/policy:Policy": (resource) => ({
    id: iamArn("policy", resource),
    outputs: { arn: iamArn("policy", resource) },
  }),
  "aws:iam/role:Role": (resource) => ({
    id: physicalName(resource),
    outputs: { name: physicalName(resource), arn: iamArn("role", resource) },
  }),
  "aws:iam/user:User": (resource) => ({
    id: physicalName(resource),
    outputs: { arn: iamArn("user", resource) },
  }),
  "aws:kms/key:Key": (resource) => {
    const digits = hex(resource, 32);
    const keyId = [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(12, 16),
      digits.slice(16, 20),
      digits.slice(20),
    ].join("-");
    return { id: keyId, outputs: { keyId, arn: regionalArn(resource, "kms", `key/${keyId}`) } };
  },
  "aws:lb/loadBalancer:LoadBalancer": (resource) => {
    const network = resource.inputs["loadBalancerType"] === "network";
    const name = physicalName(resource);
    const arnSuffix = `${network ? "net" : "app"}/${name}/${hex(resource, 16)}`;
    const arn = regionalArn(resource, "elasticloadbalancing", `loadbalancer/${arnSuffix}`);
    return {
      id: arn,
      outputs: {
        arn,
        arnSuffix,
        dnsName: network
          ? `${name}-${hex(resource, 16)}.elb.${resource.region}.amazonaws.com`
          : `${name}-1234567890.${resource.region}.elb.amazonaws.com`,
        zoneId: hostedZoneOf(resource.region, network ? "networkLoadBalancer" : "applicationLoadBalancer"),
      },
    };
  },
  "aws:lb/targetGroup:TargetGroup": (resource) => {
    const arnSuffix = `targetgroup/${physicalName(resource)}/${hex(resource, 16)}`;
    const arn = regionalArn(resource, "elasticloadbalancing", arnSuffix);
    return { id: arn, outputs: { arn, arnSuffix } };
  },
  "aws:lb/listener:Listener": (resource) => {
    const arn = `${String(resource.inputs["loadBalancerArn"]).replace(":loadbalancer/", ":listener/")}/${hex(resource, 16)}`;
    return { id: arn, outputs: { arn } };
  },
  "aws:rds/instance:Instance": (resource) => {
    const identifier = String(resource.inputs["identifier"]);
    const address = `${identifier}.${hex(resource, 12)}.${resource.region}.rds.amazonaws.com`;
    return {
      id: `db-${hex(resource, 26).toUpperCase()}`,
      outputs: {
        address,
        endpoint: `${address}:${String(resource.inputs["port"])}`,
        arn: regionalArn(resource, "rds", `db:${identifier}`),
        masterUserSecrets: [
          {
            kmsKeyId: resource.inputs["masterUserSecretKmsKeyId"],
            secretArn: regionalArn(
              resource,
              "secretsmanager",
              `secret:rds!db-${hex(resource, 32)}-${hex(resource, 6)}`,
            ),
            secretStatus: "active",
          },
        ],
      },
    };
  },
  "aws:rds/parameterGroup:ParameterGroup": (resource) => ({
    id: physicalName(resource),
    outputs: { name: physicalName(resource) },
  }),
  "aws:rds/subnetGroup:SubnetGroup": (resource) => ({ id: physicalName(resource) }),
  "aws:route53/zone:Zone": () => ({
    id: "Z0DEV",
    outputs: {
      zoneId: "Z0DEV",
      nameServers: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net", "ns-3.awsdns-03.org", "ns-4.awsdns-04.co.uk"],
    },
  }),
  "aws:s3/bucket:Bucket": (resource) => ({
    id: String(resource.inputs["bucket"]),
    outputs: { arn: `arn:aws:s3:::${String(resource.inputs["bucket"])}` },
  }),
  "aws:secretsmanager/secret:Secret": (resource) => {
    const arn = regionalArn(
      resource,
      "secretsmanager",
      `secret:${physicalName(resource)}-${hex(resource, 6)}`,
    );
    return { id: arn, outputs: { arn } };
  },
  "aws:sqs/queue:Queue": (resource) => {
    const url = `https://sqs.${resource.region}.amazonaws.com/${resource.accountId}/${physicalName(resource)}`;
    return { id: url, outputs: { url, arn: regionalArn(resource, "sqs", physicalName(resource)) } };
  },
};
