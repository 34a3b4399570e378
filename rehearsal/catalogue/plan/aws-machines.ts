import { containsUnknown, isRecord, recordOf, textOf, type Value } from "../../interpreter/values";
import type { PlanFacts, PlanFactsByToken, Planned } from "./plan-facts";

// The files are those of hashicorp/terraform-provider-aws, below internal/service/, near version 6.34.

/**
 * What machines of a type run. By the names of instance types (Amazon EC2 user guide, "Instance type naming
 * conventions"): a `g` behind the generation is a Graviton processor.
 */
function architecture(instanceType: string): string {
  if (instanceType.startsWith("mac")) return instanceType.startsWith("mac1.") ? "x86_64_mac" : "arm64_mac";
  return /^a1\.|^[a-z]+\d+[a-z]*g[a-z]*\./.test(instanceType) ? "arm64" : "x86_64";
}

function changesArchitecture({ had, wanted }: Planned): boolean {
  const [before, after] = [textOf(had, "instanceType"), textOf(wanted, "instanceType")];
  return before !== "" && after !== "" && architecture(before) !== architecture(after);
}

const withReplacedUserData = ({ wanted }: Planned): boolean => wanted["userDataReplaceOnChange"] === true;

const disk = ["encrypted", "iops", "kmsKeyId", "throughput", "volumeSize", "volumeType"];

const options = ["httpEndpoint", "httpPutResponseHopLimit", "httpTokens", "instanceMetadataTags"];

const isGp3 = (device: Value | undefined): boolean => isRecord(device) && device["volumeType"] === "gp3";

/** Which storage types of EBS take which settings. */
const volume: PlanFacts = {
  source: "ec2/ebs_volume.go: resourceEBSVolumeCustomizeDiff",
  ignores: [
    {
      property: "iops",
      when: ({ wanted }) => wanted["iops"] === 0 && !["io1", "io2", "gp3"].includes(textOf(wanted, "type")),
    },
  ],
  refuses: [
    ({ had, wanted }: Planned): string | undefined => {
      const settings = ["type", "iops", "multiAttachEnabled", "throughput"];
      if (Object.keys(had).length > 0 || settings.some((name) => containsUnknown(wanted[name])))
        return undefined;
      const type = textOf(wanted, "type");
      const provisioned = type === "io1" || type === "io2";
      const iops = wanted["iops"] ?? 0;
      if (provisioned && iops === 0) return `'iops' must be set when 'type' is '${type}'`;
      if (!provisioned && type !== "gp3" && iops !== 0)
        return `'iops' must not be set when 'type' is '${type}'`;
      if (wanted["multiAttachEnabled"] === true && !provisioned)
        return `'multi_attach_enabled' must not be set when 'type' is '${type}'`;
      if (type !== "gp3" && (wanted["throughput"] ?? 0) !== 0)
        return `'throughput' must not be set when 'type' is '${type}'`;
      return undefined;
    },
  ],
};

export const machinePlans: PlanFactsByToken = {
  "aws:ec2/instance:Instance": {
    source: "ec2/ec2_instance.go: resourceInstance, CustomizeDiff; schema of the blocks (Optional, Computed)",
    replaces: [
      { property: "userData", when: withReplacedUserData },
      { property: "userDataBase64", when: withReplacedUserData },
      { property: "instanceType", when: changesArchitecture },
    ],
    keeps: [
      ...disk.flatMap((name) => [`rootBlockDevice.${name}`, `ebsBlockDevices[].${name}`]),
      ...options.map((name) => `metadataOptions.${name}`),
    ],
    writes: {
      "metadataOptions.httpEndpoint": "enabled",
      "metadataOptions.httpProtocolIpv6": "disabled",
      "metadataOptions.httpPutResponseHopLimit": 1,
      "metadataOptions.instanceMetadataTags": "disabled",
      "rootBlockDevice.iops": ({ rootBlockDevice }) => (isGp3(rootBlockDevice) ? 3000 : 100),
      "rootBlockDevice.tagsAll": ({ rootBlockDevice }) =>
        isRecord(rootBlockDevice) ? recordOf(rootBlockDevice, "tags") : {},
      "rootBlockDevice.throughput": ({ rootBlockDevice }) => (isGp3(rootBlockDevice) ? 125 : 0),
    },
    sets: ["ebsBlockDevices"],
  },

  "aws:ebs/volume:Volume": volume,

  "aws:autoscaling/group:Group": {
    source: "autoscaling/group.go: resourceGroup, schema of the blocks (Optional, Computed; TypeSet)",
    keeps: [
      ...["initialLifecycleHooks[].defaultResult", "launchTemplate.id", "launchTemplate.name"],
      ...["launchTemplateId", "launchTemplateName"].map(
        (name) => `mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.${name}`,
      ),
      ...["onDemandAllocationStrategy", "onDemandBaseCapacity", "onDemandPercentageAboveBaseCapacity"].map(
        (name) => `mixedInstancesPolicy.instancesDistribution.${name}`,
      ),
      ...["spotAllocationStrategy", "spotInstancePools"].map(
        (name) => `mixedInstancesPolicy.instancesDistribution.${name}`,
      ),
    ],
    writes: {
      "instanceRefresh.preferences.checkpointDelay": "",
      "instanceRefresh.preferences.scaleInProtectedInstances": "Ignore",
      "instanceRefresh.preferences.standbyInstances": "Ignore",
      "mixedInstancesPolicy.instancesDistribution.spotInstancePools": 0,
      "mixedInstancesPolicy.launchTemplate.overrides[].weightedCapacity": "",
    },
    sets: ["enabledMetrics", "initialLifecycleHooks", "suspendedProcesses", "tags", "vpcZoneIdentifiers"],
  },

  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    source: "cloudwatch/metric_alarm.go: resourceMetricAlarm, schema (TypeSet)",
    sets: ["alarmActions", "insufficientDataActions", "metricQueries", "okActions"],
  },

  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": {
    source:
      "imagebuilder/infrastructure_configuration.go: resourceInfrastructureConfiguration, schema (TypeSet)",
    sets: ["instanceTypes"],
  },

  "aws:eks/cluster:Cluster": {
    source:
      "eks/cluster.go: resourceCluster, CustomizeDiff; schema of the blocks (Optional, Computed; TypeSet)",
    replaces: [
      {
        // EKS takes no encryption away.
        property: "encryptionConfig",
        when: ({ had, wanted }) =>
          isRecord(had["encryptionConfig"]) && (wanted["encryptionConfig"] ?? undefined) === undefined,
      },
      {
        property: "computeConfig.nodeRoleArn",
        when: ({ had, wanted }) =>
          isRecord(wanted["computeConfig"]) && textOf(recordOf(had, "computeConfig"), "nodeRoleArn") !== "",
      },
    ],
    keeps: [
      ...["authenticationMode", "bootstrapClusterCreatorAdminPermissions"].map(
        (name) => `accessConfig.${name}`,
      ),
      ...["elasticLoadBalancing", "ipFamily", "serviceIpv4Cidr"].map(
        (name) => `kubernetesNetworkConfig.${name}`,
      ),
      ...["upgradePolicy.supportType", "vpcConfig.publicAccessCidrs"],
    ],
    sets: ["enabledClusterLogTypes", "encryptionConfig.resources"],
  },

  "aws:eks/nodeGroup:NodeGroup": {
    source: "eks/node_group.go: resourceNodeGroup, schema of the blocks (Optional, Computed; TypeSet)",
    keeps: ["launchTemplate.id", "launchTemplate.name"],
    sets: ["taints"],
  },

  "aws:lb/listenerRule:ListenerRule": {
    source: "elbv2/listener_rule.go: resourceListenerRule, schema (TypeSet)",
    sets: ["conditions"],
  },
};
