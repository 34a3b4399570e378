import { Database } from "./components/database/database";
import { registerGuard } from "./components/guarded";
import { Messaging } from "./components/messaging/messaging";
import { Network } from "./components/network/network";
import { createProvider } from "./components/provider";
import { Reports } from "./components/reports/reports";
import { ServiceUsers } from "./components/service-users/service-users";
import { loadSettings } from "./settings/from-pulumi";

// What a stack consists of. A section that its file does not have is not deployed; what a section needs of another one
// (a database needs a network) has been checked by the time loadSettings returns.
const { context, sections } = loadSettings();
registerGuard(context);
const options = { providers: [createProvider(context, sections.tags)] };

const network = sections.network && new Network("network", { context, settings: sections.network }, options);

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

export = {
  ...(network && {
    vpcId: network.vpcId,
    publicSubnetIds: network.publicSubnetIds,
    privateSubnetIds: network.privateSubnetIds,
    databaseSubnetIds: network.databaseSubnetIds,
  }),
  ...(database && { databaseEndpoint: database.endpoint, databaseSecretArn: database.secretArn }),
  ...(reports && { reportsTables: reports.tables, reportsBucket: reports.bucket }),
  ...(messaging && { queueUrls: messaging.queueUrls }),
  ...(users && { users: users.credentials }),
};
