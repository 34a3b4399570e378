/**
 * Types that name a store and take nothing from it, by why that is so; `module/type` of `aws:module/type:Type`. A new type of a
 * new provider's version goes into the guard's table, or here.
 */
export const harmlessBeside: Readonly<Record<string, string>> = {
  "it says who may do something, and denies nothing": `
    acmpca/permission amp/resourcePolicy cognito/identityPoolRoleAttachment cognito/identityPoolProviderPrincipalTag
    ebs/fastSnapshotRestore eks/accessEntry eks/accessPolicyAssociation eks/identityProviderConfig
    eks/podIdentityAssociation grafana/roleAssociation grafana/licenseAssociation grafana/workspaceServiceAccount
    grafana/workspaceServiceAccountToken grafana/workspaceApiKey grafana/workspaceSamlConfiguration kms/grant
    lambda/permission lambda/functionUrl lightsail/bucketAccessKey lightsail/bucketResourceAccess
    msk/scramSecretAssociation msk/singleScramSecretAssociation opensearch/authorizeVpcEndpointAccess
    opensearch/domainSamlOptions elasticsearch/domainSamlOptions organizations/delegatedAdministrator
    rds/clusterRoleAssociation rds/roleAssociation redshift/clusterIamRoles redshift/endpointAuthorization
    redshift/partner redshift/resourcePolicy redshiftserverless/resourcePolicy route53/vpcAssociationAuthorization
    s3/bucketAcl s3/bucketAclV2 s3/bucketAbac s3/bucketOwnershipControls s3/bucketPublicAccessBlock
    sqs/redriveAllowPolicy transfer/access transfer/sshKey transfer/user verifiedpermissions/identitySource`,
  "it is a way to the store, a name of it, or a part of its network": `
    connect/phoneNumberContactFlowAssociation directoryservice/conditionalForwarder directoryservice/radiusSettings
    directoryservice/serviceRegion directoryservice/sharedDirectory directoryservice/sharedDirectoryAccepter
    directoryservice/trust efs/accessPoint efs/mountTarget elasticsearch/vpcEndpoint kms/alias kinesis/streamConsumer
    lambda/alias lightsail/disk_attachment lightsail/instancePublicPorts lightsail/lbAttachment
    lightsail/staticIpAttachment location/trackerAssociation msk/vpcConnection neptune/clusterEndpoint odb/network
    odb/networkPeeringConnection opensearch/vpcEndpoint rds/clusterEndpoint redshift/endpointAccess
    redshiftserverless/workgroup route53/profilesResourceAssociation route53/zoneAssociation s3/accessPoint
    s3/bucketAccelerateConfiguration s3/bucketAccelerateConfigurationV2 s3/bucketCorsConfiguration
    s3/bucketCorsConfigurationV2 s3/bucketRequestPaymentConfiguration s3/bucketRequestPaymentConfigurationV2
    s3/bucketWebsiteConfiguration s3/bucketWebsiteConfigurationV2 sesv2/tenantResourceAssociation
    storagegateway/fileSystemAssociation transfer/agreement cognito/userPoolDomain`,
  "the program holds what is in it, and makes it again": `
    acmpca/certificate acmpca/certificateAuthorityCertificate amp/alertManagerDefinition amp/ruleGroupNamespace
    athena/namedQuery backup/restoreTestingPlan backup/restoreTestingSelection cloudfront/keyvaluestoreKey
    codecommit/approvalRuleTemplateAssociation cognito/identityProvider cognito/managedLoginBranding
    cognito/managedUserPoolClient cognito/resourceServer cognito/riskConfiguration cognito/userGroup
    cognito/userInGroup cognito/userPoolClient cognito/userPoolUICustomization connect/botAssociation
    connect/contactFlow connect/contactFlowModule connect/hoursOfOperation connect/lambdaFunctionAssociation
    connect/queue connect/quickConnect connect/routingProfile connect/securityProfile connect/user
    connect/userHierarchyGroup connect/userHierarchyStructure connect/vocabulary dynamodb/tableItem
    elasticbeanstalk/applicationVersion kendra/dataSource kendra/experience kendra/faq
    kendra/querySuggestionsBlockList kendra/thesaurus kms/ciphertext lightsail/domainEntry
    opensearch/packageAssociation route53/record route53/trafficPolicyInstance route53domains/delegationSignerRecord
    s3/bucketObject s3/bucketObjectv2 s3/objectCopy secretsmanager/secretVersion transfer/hostKey
    verifiedpermissions/policy verifiedpermissions/policyTemplate verifiedpermissions/schema`,
  "it is made of what the store holds, and can be made of it again": `
    dynamodb/globalSecondaryIndex dynamodb/tableExport s3/bucketMetadataConfiguration s3/inventory`,
  "it looks on, or tells what happens; what it tells is about the system": `
    amp/queryLoggingConfiguration amp/workspaceConfiguration backup/vaultNotifications
    cloudwatch/contributorManagedInsightRule cloudwatch/logDeliverySource cloudwatch/logIndexPolicy
    cloudwatch/logMetricFilter cloudwatch/logSubscriptionFilter cloudwatch/logTransformer
    cloudwatch/logDataProtectionPolicy codecommit/trigger cognito/logDeliveryConfiguration
    connect/instanceStorageConfig directoryservice/logSubscription dynamodb/contributorInsights
    dynamodb/kinesisStreamingDestination ec2/spotDatafeedSubscription qldb/stream rds/clusterActivityStream
    redshift/logging redshift/usageLimit redshiftserverless/usageLimit route53/queryLog s3/analyticsConfiguration
    s3/bucketLogging s3/bucketLoggingV2 s3/bucketMetric s3/bucketNotification`,
  "it says how a store is run, and its data stay as they are": `
    eks/addon eks/capability eks/fargateProfile eks/nodeGroup emr/instanceFleet emr/instanceGroup
    emr/managedScalingPolicy lambda/functionRecursionConfig lambda/invocation lambda/provisionedConcurrencyConfig
    lambda/runtimeManagementConfig rds/instanceDesiredState route53/hostedZoneDnsSec route53/keySigningKey
    s3/bucketIntelligentTieringConfiguration sagemaker/app secretsmanager/secretRotation storagegateway/cache
    storagegateway/uploadBuffer storagegateway/workingStorage`,
  "it is a tag": "dynamodb/tag secretsmanager/tag transfer/tag",
};
