import { launchHooksAbandon as autoscalingLaunchHooksAbandon } from "./autoscaling/launch-hooks-abandon";
import { mixedTypesNamed as autoscalingMixedTypesNamed } from "./autoscaling/mixed-types-named";
import { accountAndRegion as awsAccountAndRegion } from "./aws/account-and-region";
import { requiredTags as awsRequiredTags } from "./aws/required-tags";
import { encryptedTransport as azureStorageEncryptedTransport } from "./azure-storage/encrypted-transport";
import { noForeignReplication as azureStorageNoForeignReplication } from "./azure-storage/no-foreign-replication";
import { noPublicAccess as azureStorageNoPublicAccess } from "./azure-storage/no-public-access";
import { noSharedKeys as azureStorageNoSharedKeys } from "./azure-storage/no-shared-keys";
import { versioned as azureStorageVersioned } from "./azure-storage/versioned";
import { checkedHosts as commandCheckedHosts } from "./command/checked-hosts";
import { noSecrets as commandNoSecrets } from "./command/no-secrets";
import { quiet as commandQuiet } from "./command/quiet";
import { notPublic as dmsNotPublic } from "./dms/not-public";
import { encrypted as docdbEncrypted } from "./docdb/encrypted";
import { encrypted as ebsEncrypted } from "./ebs/encrypted";
import { concreteLaunchTemplate as ec2ConcreteLaunchTemplate } from "./ec2/concrete-launch-template";
import { imdsv2Required as ec2Imdsv2Required } from "./ec2/imdsv2-required";
import { noOpenAdminPorts as ec2NoOpenAdminPorts } from "./ec2/no-open-admin-ports";
import { noOpenDatabasePorts as ec2NoOpenDatabasePorts } from "./ec2/no-open-database-ports";
import { noSecretsInUserData as ec2NoSecretsInUserData } from "./ec2/no-secrets-in-user-data";
import { pinnedImages as ec2PinnedImages } from "./ec2/pinned-images";
import { encrypted as efsEncrypted } from "./efs/encrypted";
import { accessEntries as eksAccessEntries } from "./eks/access-entries";
import { apiNotOpen as eksApiNotOpen } from "./eks/api-not-open";
import { controlPlaneLogs as eksControlPlaneLogs } from "./eks/control-plane-logs";
import { creatorNotAdmin as eksCreatorNotAdmin } from "./eks/creator-not-admin";
import { secretsEncrypted as eksSecretsEncrypted } from "./eks/secrets-encrypted";
import { encrypted as elasticacheEncrypted } from "./elasticache/encrypted";
import { cloudLocks as guardCloudLocks } from "./guard/cloud-locks";
import { finalCopy as guardFinalCopy } from "./guard/final-copy";
import { notForced as guardNotForced } from "./guard/not-forced";
import { options as guardOptions } from "./guard/options";
import { isProtected as guardProtected } from "./guard/protected";
import { retention as guardRetention } from "./guard/retention";
import { noAdministrators as iamNoAdministrators } from "./iam/no-administrators";
import { noPublicPrincipals as iamNoPublicPrincipals } from "./iam/no-public-principals";
import { noWildcards as iamNoWildcards } from "./iam/no-wildcards";
import { encrypted as kinesisEncrypted } from "./kinesis/encrypted";
import { imagesByDigest as kubernetesImagesByDigest } from "./kubernetes/images-by-digest";
import { loadBalancersBounded as kubernetesLoadBalancersBounded } from "./kubernetes/load-balancers-bounded";
import { noWildcards as kubernetesNoWildcards } from "./kubernetes/no-wildcards";
import { resourceLimits as kubernetesResourceLimits } from "./kubernetes/resource-limits";
import { restrictedNamespaces as kubernetesRestrictedNamespaces } from "./kubernetes/restricted-namespaces";
import { restrictedPods as kubernetesRestrictedPods } from "./kubernetes/restricted-pods";
import { modernTls as lbModernTls } from "./lb/modern-tls";
import { notPublic as mqNotPublic } from "./mq/not-public";
import { encrypted as neptuneEncrypted } from "./neptune/encrypted";
import { notPublic as neptuneNotPublic } from "./neptune/not-public";
import { encrypted as opensearchEncrypted } from "./opensearch/encrypted";
import { encrypted as rdsEncrypted } from "./rds/encrypted";
import { notPublic as rdsNotPublic } from "./rds/not-public";
import { encrypted as redshiftEncrypted } from "./redshift/encrypted";
import { notPublic as redshiftNotPublic } from "./redshift/not-public";
import { encrypted as s3Encrypted } from "./s3/encrypted";
import { noPublicAcls as s3NoPublicAcls } from "./s3/no-public-acls";
import { publicAccessBlocked as s3PublicAccessBlocked } from "./s3/public-access-blocked";
import { versioned as s3Versioned } from "./s3/versioned";
import { encrypted as snsEncrypted } from "./sns/encrypted";
import { encrypted as sqsEncrypted } from "./sqs/encrypted";
import type { Rule } from "../rule";

/** Every rule of the pack, in the order in which they are listed and asked. */
export const rules: readonly Rule[] = [
  autoscalingLaunchHooksAbandon,
  autoscalingMixedTypesNamed,
  awsAccountAndRegion,
  awsRequiredTags,
  azureStorageEncryptedTransport,
  azureStorageNoForeignReplication,
  azureStorageNoPublicAccess,
  azureStorageNoSharedKeys,
  azureStorageVersioned,
  commandCheckedHosts,
  commandNoSecrets,
  commandQuiet,
  dmsNotPublic,
  docdbEncrypted,
  ebsEncrypted,
  ec2ConcreteLaunchTemplate,
  ec2Imdsv2Required,
  ec2NoOpenAdminPorts,
  ec2NoOpenDatabasePorts,
  ec2NoSecretsInUserData,
  ec2PinnedImages,
  efsEncrypted,
  eksAccessEntries,
  eksApiNotOpen,
  eksControlPlaneLogs,
  eksCreatorNotAdmin,
  eksSecretsEncrypted,
  elasticacheEncrypted,
  guardCloudLocks,
  guardFinalCopy,
  guardNotForced,
  guardOptions,
  guardProtected,
  guardRetention,
  iamNoAdministrators,
  iamNoPublicPrincipals,
  iamNoWildcards,
  kinesisEncrypted,
  kubernetesImagesByDigest,
  kubernetesLoadBalancersBounded,
  kubernetesNoWildcards,
  kubernetesResourceLimits,
  kubernetesRestrictedNamespaces,
  kubernetesRestrictedPods,
  lbModernTls,
  mqNotPublic,
  neptuneEncrypted,
  neptuneNotPublic,
  opensearchEncrypted,
  rdsEncrypted,
  rdsNotPublic,
  redshiftEncrypted,
  redshiftNotPublic,
  s3Encrypted,
  s3NoPublicAcls,
  s3PublicAccessBlocked,
  s3Versioned,
  snsEncrypted,
  sqsEncrypted,
];
