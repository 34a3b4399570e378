import { Cluster, clusterNameOf } from "./components/cluster/cluster";
import { Database } from "./components/database/database";
import { DatabaseBootstrap } from "./components/database-bootstrap/database-bootstrap";
import { Dns } from "./components/dns/dns";
import { registerGuard } from "./components/guarded";
import { RestrictedNamespace } from "./components/kubernetes/restricted-namespace";
import { Mail } from "./components/mail/mail";
import { Messaging } from "./components/messaging/messaging";
import { Network } from "./components/network/network";
import { createProvider } from "./components/provider";
import { Reports } from "./components/reports/reports";
import { ServiceUsers } from "./components/service-users/service-users";
import { Workloads, workloadsNamespace } from "./components/workloads/workloads";
import { StaticServices } from "./components/static-services/static-services";
import { loadSettings } from "./settings/from-pulumi";

// What a stack consists of. A section that its file does not have is not deployed; what a section needs of another one
// (a database needs a network) has been checked by the time loadSettings returns.
const { context, sections, secrets } = loadSettings();
registerGuard(context);
const aws = createProvider(context, sections.tags);
const options = { providers: [aws] };

const network =
  sections.network &&
  new Network(
    "network",
    { context, settings: sections.network, clusterName: sections.cluster && clusterNameOf(context) },
    options,
  );

const database =
  sections.database &&
  network &&
  new Database(
    "database",
    {
      context,
      settings: sections.database,
      vpcId: network.vpcId,
      subnetIds: network.databaseSubnetIds,
    },
    options,
  );

const reports = sections.reports && new Reports("reports", { context, settings: sections.reports }, options);

const messaging =
  sections.messaging && new Messaging("messaging", { context, settings: sections.messaging }, options);

const users =
  sections.users &&
  new ServiceUsers("users", { context, settings: sections.users, reports, messaging }, options);

const cluster =
  sections.cluster &&
  network &&
  new Cluster(
    "cluster",
    {
      context,
      settings: sections.cluster,
      network,
      privateSubnetIds: network.privateSubnetIds,
      existingSubnets: network.existingSubnets,
    },
    options,
  );
const inCluster = cluster && { providers: [aws, cluster.provider] };
if (cluster && database) {
  database.allowFrom("cluster-nodes", cluster.nodeSecurityGroupId);
}

const bootstrap =
  sections.database?.bootstrap &&
  database &&
  cluster &&
  new DatabaseBootstrap(
    "database-bootstrap",
    { context, settings: sections.database.bootstrap, database, clusterName: cluster.clusterName },
    inCluster,
  );

const namespace =
  inCluster &&
  (sections.workloads ?? sections.mail) &&
  new RestrictedNamespace("workloads", { context, namespace: workloadsNamespace }, inCluster);

const mail =
  sections.mail &&
  namespace &&
  new Mail(
    "mail",
    { context, settings: sections.mail, namespace, sendgridApiKey: secrets.sendgridApiKey },
    inCluster,
  );

const workloads =
  sections.workloads &&
  namespace &&
  new Workloads("workloads", { context, settings: sections.workloads, namespace, mail, users }, inCluster);

const dns =
  sections.dns &&
  new Dns("dns", { context, settings: sections.dns, loadBalancers: workloads?.loadBalancers ?? {} }, options);
const staticServices =
  sections.staticServices &&
  new StaticServices(
    "static-services",
    { context, settings: sections.staticServices, tags: sections.tags, network },
    options,
  );

export = {
  ...(network && {
    vpcId: network.vpcId,
    publicSubnetIds: network.publicSubnetIds,
    privateSubnetIds: network.privateSubnetIds,
    databaseSubnetIds: network.databaseSubnetIds,
  }),
  ...(cluster && { clusterName: cluster.clusterName, kubeconfig: cluster.kubeconfig }),
  ...(database && { databaseEndpoint: database.endpoint, databaseSecretArn: database.secretArn }),
  ...(bootstrap && { databaseRoles: bootstrap.roleSecretArns }),
  ...(reports && { reportsTables: reports.tables, reportsBucket: reports.bucket }),
  ...(messaging && { queueUrls: messaging.queueUrls }),
  ...(staticServices && { staticAddresses: staticServices.addresses }),
  ...(users && { users: users.credentials }),
  ...(workloads && { loadBalancers: workloads.loadBalancers }),
  ...(dns && { zoneId: dns.zoneId, nameServers: dns.nameServers, names: dns.names }),
};
