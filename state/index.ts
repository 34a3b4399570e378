import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { registerGuard } from "../components/guard/guarded";
import { createAzureProvider } from "../components/state-backend/provider";
import { StateBackend } from "../components/state-backend/state-backend";
import { ciIdentity } from "../settings/ci-identity";
import { loadSettings } from "../settings/from-pulumi";

// What holds the state of a stack: a program and a stack of its own, with the same stack file (docs/adr/0012).
// `./groundwork state init STACK` runs it.
const { context, sections } = loadSettings("groundwork", path.dirname(pulumi.getRootDirectory()));
registerGuard(context);

const backend =
  sections.state &&
  new StateBackend(
    "state",
    {
      context,
      settings: sections.state,
      tags: sections.tags,
      ci: sections.ci && ciIdentity(sections.ci, context),
    },
    { providers: [createAzureProvider(sections.state)] },
  );

export = {
  ...(backend && { backendUrl: backend.backendUrl }),
  ...(backend?.ciClients && { ciClients: backend.ciClients }),
  ...(backend?.secretsProvider !== undefined && { secretsProvider: backend.secretsProvider }),
};
