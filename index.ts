import { createAlarms, warnOfSilence } from "./components/alarms/alarms";
import { AccessLogs } from "./components/access-logs/access-logs";
import { Ci } from "./components/ci/ci";
import { Cluster, clusterNameOf } from "./components/cluster/cluster";
import { Database } from "./components/database/database";
import { warnOfOpenRanges } from "./components/database/open-ranges";
import { DatabaseBootstrap } from "./components/database-bootstrap/database-bootstrap";
import { Dns } from "./components/dns/dns";
import { Encryption } from "./components/encryption/encryption";
import { Fleets } from "./components/fleets/fleets";
import { given, outputsOf } from "./components/given";
import { registerGuard } from "./components/guard/guarded";
import { RestrictedNamespace } from "./components/kubernetes/restricted-namespace";
import { Mail } from "./components/mail/mail";
import { standUpMetalWorkers } from "./components/metal-workers/stand-up";
import { Messaging } from "./components/messaging/messaging";
import { Network } from "./components/network/network";
import { createProvider } from "./components/provider";
import { Reports } from "./components/reports/reports";
import { whenAccepted } from "./components/service-users/accepted";
import { ServiceUsers } from "./components/service-users/service-users";
import { Sessions } from "./components/sessions/sessions";
import { StaticServices } from "./components/static-services/static-services";
import { WorkerGroups } from "./components/worker-groups/worker-groups";
import { reachedWorkloads, Workloads, workloadsNamespace } from "./components/workloads/workloads";
import { ciIdentity } from "./settings/ci-identity";
import { loadSettings } from "./settings/from-pulumi";
import { otherRegions } from "./settings/other-regions";
import { topicsFor } from "./settings/alarms/table";
import { secretSourcesOf } from "./settings/workload-sources";

// What a stack consists of. A section that its file does not have is not deployed; what a section needs of another one
// (a database needs a network) has been checked by the time loadSettings returns.
const { context, sections, secrets } = loadSettings();
const { sendgridApiKey, workerSshKey: sshKey, workerAccessToken: accessToken, equinixApiToken } = secrets;
registerGuard(context);
const aws = createProvider(context, sections.tags);
const inAws = { providers: [aws] };
// Before everything that it encrypts. Load balancers and S3 write logs under S3's own key alone.
const encryption = given([sections.encryption], (settings) => {
  return new Encryption("encryption", { context, settings, except: ["access-logs"] }, inAws);
});

const ci = given([sections.ci], (settings) => {
  const identity = ciIdentity(settings, { ...context, otherRegions: otherRegions(sections) });
  const buckets = [sections.reports?.bucket.name, sections.accessLogs?.bucket].filter(
    (bucket) => bucket !== undefined,
  );
  const named = Object.values(sections.workloads ?? {})
    .flatMap((workload) => [...secretSourcesOf(workload)])
    .flatMap(({ source }) => source.secretsManager ?? []);
  const read = { buckets, secrets: [...new Set(named)].sort() };
  return new Ci("ci", { context, settings, identity, ...read }, inAws);
});
const network = given([sections.network], (settings) => {
  const clusterName = sections.cluster && clusterNameOf(context);
  return new Network("network", { context, settings, clusterName }, inAws);
});
const database = given([sections.database, network], (settings, { vpcId, databaseSubnetIds }) => {
  return new Database("database", { context, settings, vpcId, subnetIds: databaseSubnetIds }, inAws);
});
const logs = given([sections.accessLogs], (settings) => {
  const bucket = sections.reports?.bucket.name;
  const buckets = bucket === undefined ? [] : [bucket];
  return new AccessLogs("access-logs", { context, settings, buckets }, inAws).logs;
});
const reports = given([sections.reports], (settings) => {
  return new Reports("reports", { context, settings, logs }, inAws);
});
const messaging = given([sections.messaging], (settings) => {
  return new Messaging("messaging", { context, settings }, inAws);
});
const users = given([sections.users], (settings) => {
  return new ServiceUsers("users", { context, settings, reports, messaging, whenAccepted }, inAws);
});
const cluster = given([sections.cluster, network], (settings, within) => {
  const { availabilityZones, existingSubnets, privateSubnets, barePrivateSubnets } = within;
  const subnets = { privateSubnetIds: privateSubnets, controlPlaneSubnetIds: barePrivateSubnets };
  const where = { network, availabilityZones, existingSubnets, ...subnets };
  // Roles for another stack are nobody here.
  const own = sections.ci?.stack === undefined || sections.ci.stack === context.stack ? ci : undefined;
  return new Cluster("cluster", { context, settings, tags: sections.tags, ci: own, ...where }, inAws);
});
const inCluster = cluster && { providers: [aws, cluster.provider] };
const bootstrap = given([sections.database?.bootstrap, database, cluster], (settings, server, nodes) => {
  const { clusterName } = nodes;
  return new DatabaseBootstrap(
    "database-bootstrap",
    { context, settings, database: server, clusterName },
    inCluster,
  );
});
const namespace = given([sections.workloads ?? sections.mail, cluster], (_settings, { provider }) => {
  const providers = [aws, provider];
  return new RestrictedNamespace("workloads", { context, namespace: workloadsNamespace }, { providers });
});
const mail = given([sections.mail, namespace], (settings, within) => {
  return new Mail("mail", { context, settings, namespace: within, sendgridApiKey }, inCluster);
});
const dns = given([sections.dns], (settings) => {
  const reached = reachedWorkloads(sections.workloads);
  return new Dns("dns", { context, settings, reached, vpcId: network?.vpcId }, inAws);
});
const certificates = dns?.certificates ?? {};
const workloads = given([sections.workloads, namespace], (settings, within) => {
  const used = { mail, users, reports, messaging, database, bootstrap, stackSecrets: secrets };
  const { clusterName } = cluster ?? {};
  const args = { context, settings, namespace: within, clusterName, certificates, logs, ...used };
  return new Workloads("workloads", args, inCluster);
});
const staticServices = given([sections.staticServices], (settings) => {
  return new StaticServices("static-services", { context, settings, tags: sections.tags, network }, inAws);
});
const workerGroups = given([sections.workerGroups, network], (settings, within) => {
  return new WorkerGroups(
    "worker-groups",
    {
      context,
      settings,
      tags: sections.tags,
      network: within,
      topics: topicsFor(sections.alarms, "critical", context.region),
    },
    inAws,
  );
});
const fleets = given([sections.fleets, network], (settings, within) => {
  const args = {
    context,
    settings,
    tags: sections.tags,
    network: within,
    certificates,
    logs,
    diskKey: encryption?.diskKey(),
  };
  return new Fleets("fleets", args, inAws);
});
dns?.point({
  ...workloads?.aliasTargets,
  ...fleets?.aliasTargets,
  ...staticServices?.aliasTargets,
  ...(database !== undefined && {
    // Moved when the server that serves knows the passwords.
    database: { name: database.address, ...(bootstrap !== undefined && { dependsOn: [bootstrap] }) },
  }),
});
given([database], (server) => {
  const groups = { ...fleets?.securityGroups, ...staticServices?.securityGroups };
  server.allowByName({ cluster: cluster?.nodeSecurityGroupId, ...groups });
  warnOfOpenRanges(sections);
});
const home = fleets === undefined && workerGroups === undefined ? [] : [context.region];
const regions = [...new Set([...home, ...(staticServices?.regions ?? [])])];
if (regions.length > 0) {
  new Sessions("sessions", { context, settings: sections.sessions, regions }, inAws);
}
const metalWorkers = given([sections.metalWorkers], (settings) => {
  const own = { context, settings, tags: sections.tags, network, aws, sshKey, accessToken, equinixApiToken };
  return standUpMetalWorkers(own, inAws);
});
createAlarms(
  "alarms",
  {
    context,
    sections,
    parts: [
      database,
      reports,
      messaging,
      network,
      cluster,
      workloads,
      fleets,
      staticServices,
      workerGroups,
      dns,
    ],
    metalWorkers,
    owners: { ...(messaging && { messaging }), ...workerGroups?.alarmOwners },
  },
  inAws,
);
warnOfSilence({ context, sections });

export = outputsOf({
  ciRoles: ci?.roleArns,
  vpcId: network?.vpcId,
  publicSubnetIds: network?.publicSubnetIds,
  privateSubnetIds: network?.privateSubnetIds,
  databaseSubnetIds: network?.databaseSubnetIds,
  clusterName: cluster?.clusterName,
  kubeconfig: cluster?.kubeconfig,
  databaseEndpoint: database?.endpoint,
  databaseReplicas:
    Object.keys(sections.database?.replicas ?? {}).length === 0 ? undefined : database?.replicas,
  databaseSecretArn: database?.secretArn,
  databaseRoles: bootstrap?.roleSecretArns,
  reportsTables: reports?.tables,
  reportsBucket: reports?.bucket,
  queueUrls: messaging?.queueUrls,
  users: users?.credentials,
  loadBalancers: workloads?.loadBalancers,
  zoneId: dns?.zoneId,
  nameServers: dns?.nameServers,
  names: dns?.names,
  staticAddresses: staticServices?.addresses,
  asg_workers_sec_group_id: workerGroups?.securityGroupIds,
  fleets: fleets?.roles,
  workerAddresses: metalWorkers?.then(({ addresses }) => addresses),
});
