import { launchHooksAbandon as autoscalingLaunchHooksAbandon } from "./autoscaling/launch-hooks-abandon";
import { mixedTypesNamed as autoscalingMixedTypesNamed } from "./autoscaling/mixed-types-named";
import { accountAndRegion as awsAccountAndRegion } from "./aws/account-and-region";
import { requiredTags as awsRequiredTags } from "./aws/required-tags";
import { encryptedTransport as azureStorageEncryptedTransport } from "./azure-storage/encrypted-transport";
import { noForeignReplication as azureStorageNoForeignReplication } from "./azure-storage/no-foreign-replication";
import { noPublicAccess as azureStorageNoPublicAccess } from "./azure-storage/no-public-access";
import { noSharedKeys as azureStorageNoSharedKeys } from "./azure-storage/no-shared-keys";
import { versioned as azureStorageVersioned } from "./azure-storage/versioned";
import { modernTls as cloudfrontModernTls } from "./cloudfront/modern-tls";
import { whole as cloudtrailWhole } from "./cloudtrail/whole";
import { checkedHosts as commandCheckedHosts } from "./command/checked-hosts";
import { noSecrets as commandNoSecrets } from "./command/no-secrets";
import { quiet as commandQuiet } from "./command/quiet";
import { notPublic as dmsNotPublic } from "./dms/not-public";
import { encrypted as docdbEncrypted } from "./docdb/encrypted";
import { encryptedTransport as docdbEncryptedTransport } from "./docdb/encrypted-transport";
import { encrypted as ebsEncrypted } from "./ebs/encrypted";
import { concreteLaunchTemplate as ec2ConcreteLaunchTemplate } from "./ec2/concrete-launch-template";
import { defaultGroupClosed as ec2DefaultGroupClosed } from "./ec2/default-group-closed";
import { flowLogs as ec2FlowLogs } from "./ec2/flow-logs";
import { imdsv2Required as ec2Imdsv2Required } from "./ec2/imdsv2-required";
import { noOpenAdminPorts as ec2NoOpenAdminPorts } from "./ec2/no-open-admin-ports";
import { noOpenDatabasePorts as ec2NoOpenDatabasePorts } from "./ec2/no-open-database-ports";
import { noPublicImages as ec2NoPublicImages } from "./ec2/no-public-images";
import { noSecretsInUserData as ec2NoSecretsInUserData } from "./ec2/no-secrets-in-user-data";
import { pinnedImages as ec2PinnedImages } from "./ec2/pinned-images";
import { immutableTags as ecrImmutableTags } from "./ecr/immutable-tags";
import { encrypted as efsEncrypted } from "./efs/encrypted";
import { accessEntries as eksAccessEntries } from "./eks/access-entries";
import { apiNotOpen as eksApiNotOpen } from "./eks/api-not-open";
import { controlPlaneLogs as eksControlPlaneLogs } from "./eks/control-plane-logs";
import { creatorNotAdmin as eksCreatorNotAdmin } from "./eks/creator-not-admin";
import { noOpenNodeSsh as eksNoOpenNodeSsh } from "./eks/no-open-node-ssh";
import { secretsEncrypted as eksSecretsEncrypted } from "./eks/secrets-encrypted";
import { encrypted as elasticacheEncrypted } from "./elasticache/encrypted";
import { encryptedTransport as elasticacheEncryptedTransport } from "./elasticache/encrypted-transport";
import { cloudLocks as guardCloudLocks } from "./guard/cloud-locks";
import { finalCopy as guardFinalCopy } from "./guard/final-copy";
import { notForced as guardNotForced } from "./guard/not-forced";
import { nothingLost as guardNothingLost } from "./guard/nothing-lost";
import { options as guardOptions } from "./guard/options";
import { isProtected as guardProtected } from "./guard/protected";
import { retention as guardRetention } from "./guard/retention";
import { ciTrust as iamCiTrust } from "./iam/ci-trust";
import { noAdministrators as iamNoAdministrators } from "./iam/no-administrators";
import { noPublicPrincipals as iamNoPublicPrincipals } from "./iam/no-public-principals";
import { noWildcards as iamNoWildcards } from "./iam/no-wildcards";
import { permissionsBoundary as iamPermissionsBoundary } from "./iam/permissions-boundary";
import { encrypted as kinesisEncrypted } from "./kinesis/encrypted";
import { rotated as kmsRotated } from "./kms/rotated";
import { imagesByDigest as kubernetesImagesByDigest } from "./kubernetes/images-by-digest";
import { loadBalancersBounded as kubernetesLoadBalancersBounded } from "./kubernetes/load-balancers-bounded";
import { noDefaultNamespace as kubernetesNoDefaultNamespace } from "./kubernetes/no-default-namespace";
import { noWildcards as kubernetesNoWildcards } from "./kubernetes/no-wildcards";
import { resourceLimits as kubernetesResourceLimits } from "./kubernetes/resource-limits";
import { restrictedNamespaces as kubernetesRestrictedNamespaces } from "./kubernetes/restricted-namespaces";
import { restrictedPods as kubernetesRestrictedPods } from "./kubernetes/restricted-pods";
import { notPublic as lambdaNotPublic } from "./lambda/not-public";
import { invalidHeadersDropped as lbInvalidHeadersDropped } from "./lb/invalid-headers-dropped";
import { modernTls as lbModernTls } from "./lb/modern-tls";
import { encryptedTransport as memorydbEncryptedTransport } from "./memorydb/encrypted-transport";
import { notPublic as mqNotPublic } from "./mq/not-public";
import { encryptedTransport as mskEncryptedTransport } from "./msk/encrypted-transport";
import { encrypted as neptuneEncrypted } from "./neptune/encrypted";
import { notPublic as neptuneNotPublic } from "./neptune/not-public";
import { encrypted as opensearchEncrypted } from "./opensearch/encrypted";
import { encryptedTransport as opensearchEncryptedTransport } from "./opensearch/encrypted-transport";
import { encrypted as rdsEncrypted } from "./rds/encrypted";
import { encryptedTransport as rdsEncryptedTransport } from "./rds/encrypted-transport";
import { managedPassword as rdsManagedPassword } from "./rds/managed-password";
import { noPublicSnapshots as rdsNoPublicSnapshots } from "./rds/no-public-snapshots";
import { notPublic as rdsNotPublic } from "./rds/not-public";
import { encrypted as redshiftEncrypted } from "./redshift/encrypted";
import { encryptedTransport as redshiftEncryptedTransport } from "./redshift/encrypted-transport";
import { notPublic as redshiftNotPublic } from "./redshift/not-public";
import { encrypted as s3Encrypted } from "./s3/encrypted";
import { noPublicAcls as s3NoPublicAcls } from "./s3/no-public-acls";
import { publicAccessBlocked as s3PublicAccessBlocked } from "./s3/public-access-blocked";
import { tlsOnly as s3TlsOnly } from "./s3/tls-only";
import { versioned as s3Versioned } from "./s3/versioned";
import { encrypted as snsEncrypted } from "./sns/encrypted";
import { encrypted as sqsEncrypted } from "./sqs/encrypted";
import { noPublicDocuments as ssmNoPublicDocuments } from "./ssm/no-public-documents";
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
  cloudfrontModernTls,
  cloudtrailWhole,
  commandCheckedHosts,
  commandNoSecrets,
  commandQuiet,
  dmsNotPublic,
  docdbEncrypted,
  docdbEncryptedTransport,
  ebsEncrypted,
  ec2ConcreteLaunchTemplate,
  ec2DefaultGroupClosed,
  ec2FlowLogs,
  ec2Imdsv2Required,
  ec2NoOpenAdminPorts,
  ec2NoOpenDatabasePorts,
  ec2NoPublicImages,
  ec2NoSecretsInUserData,
  ec2PinnedImages,
  ecrImmutableTags,
  efsEncrypted,
  eksAccessEntries,
  eksApiNotOpen,
  eksControlPlaneLogs,
  eksCreatorNotAdmin,
  eksNoOpenNodeSsh,
  eksSecretsEncrypted,
  elasticacheEncrypted,
  elasticacheEncryptedTransport,
  guardCloudLocks,
  guardFinalCopy,
  guardNotForced,
  guardNothingLost,
  guardOptions,
  guardProtected,
  guardRetention,
  iamCiTrust,
  iamNoAdministrators,
  iamNoPublicPrincipals,
  iamNoWildcards,
  iamPermissionsBoundary,
  kinesisEncrypted,
  kmsRotated,
  kubernetesImagesByDigest,
  kubernetesLoadBalancersBounded,
  kubernetesNoDefaultNamespace,
  kubernetesNoWildcards,
  kubernetesResourceLimits,
  kubernetesRestrictedNamespaces,
  kubernetesRestrictedPods,
  lambdaNotPublic,
  lbInvalidHeadersDropped,
  lbModernTls,
  memorydbEncryptedTransport,
  mqNotPublic,
  mskEncryptedTransport,
  neptuneEncrypted,
  neptuneNotPublic,
  opensearchEncrypted,
  opensearchEncryptedTransport,
  rdsEncrypted,
  rdsEncryptedTransport,
  rdsManagedPassword,
  rdsNoPublicSnapshots,
  rdsNotPublic,
  redshiftEncrypted,
  redshiftEncryptedTransport,
  redshiftNotPublic,
  s3Encrypted,
  s3NoPublicAcls,
  s3PublicAccessBlocked,
  s3TlsOnly,
  s3Versioned,
  snsEncrypted,
  sqsEncrypted,
  ssmNoPublicDocuments,
];
