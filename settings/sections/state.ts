import type { Netmask } from "netmask";
import { z } from "zod";
import { floorText, format, setting } from "../describe";
import { isCanonicalBlock, isPrivate, parseBlock } from "../ip-blocks";

/** Subscriptions, tenants, users and groups all go by one. */
const uuid = format(z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), {
  allowed: "a UUID in lower case",
  examples: ["3f2504e0-4f89-41d3-9a0c-0305e82c3301"],
});

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const resourceGroupName = format(z.string().regex(/^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$/), {
  allowed: "1 to 90 letters, digits, hyphens, underscores, dots and parentheses, not ending with a dot",
});
const storageAccountName = format(z.string().regex(/^[a-z0-9]{3,24}$/), {
  allowed: "3 to 24 lower-case letters and digits",
});
const containerName = format(z.string().regex(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/), {
  allowed:
    "3 to 63 lower-case letters, digits and single hyphens, beginning and ending with a letter or a digit",
});

/** Azure's words: "IP network rules are allowed only for public internet IP addresses"; /31 and /32 are not supported. */
const reachableBlock = format(
  z
    .string()
    .refine((text) => blockOf(text) !== undefined, {
      error: "is neither an IPv4 address nor a block",
      abort: true,
    })
    .refine((text) => text.includes("/") === false || isCanonicalBlock(text), {
      error: (issue) => `has host bits set; the block that it lies in is ${String(blockOf(issue.input))}`,
    })
    .refine((text) => !/\/3[12]$/.test(text), {
      error: "is a block of one or two addresses, which Azure does not take; write each address by itself",
    })
    .refine((text) => !isPrivate(blockOf(text) as Netmask), {
      error: "is private, and Azure takes public addresses only",
    }),
  { allowed: "a public IPv4 address without /32, or a block in CIDR notation up to /30" },
);

function blockOf(text: unknown): Netmask | undefined {
  return typeof text === "string" ? parseBlock(text.includes("/") ? text : `${text}/32`) : undefined;
}

const principal = z.strictObject({
  objectId: setting(uuid, {
    description:
      "Object id in Entra ID: of a group or a user, or of the service principal of an application.",
    why: "Not the application's client id: Azure takes that one too, and grants it nothing.",
  }),
  type: setting(z.enum(["Group", "User", "ServicePrincipal"]), {
    description: "What it is. A group is best: new members then need no change here.",
    why: "Otherwise Azure looks it up, and refuses a principal that is new.",
  }),
  role: setting(z.enum(["contributor", "reader", "lockBreaker"]).default("contributor"), {
    description:
      "`contributor` may change stacks (Storage Blob Data Contributor); `reader` may read state and preview (Storage " +
      "Blob Data Reader); `lockBreaker` may read state, and write and delete locks, which `state unlock` needs, but nothing " +
      "else (Storage Blob Data Contributor under a condition). With a key vault the first two may decrypt with its key.",
    why: "Whoever changes stacks takes and gives back locks too: Azure cannot tell one's own from another's.",
  }),
});

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault */
const keyVault = z.strictObject({
  name: setting(
    format(z.string().regex(/^(?!.*--)[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]$/), {
      allowed:
        "3 to 24 letters, digits and single hyphens, beginning with a letter and ending with a letter or a digit",
    }),
    {
      description:
        "Name of the key vault. Unique among all vaults of all Azure customers, and fixed; that of a deleted one stays taken for " +
        "90 days.",
      examples: ["weaveworks-dev"],
    },
  ),
  key: setting(
    format(z.string().regex(/^[A-Za-z0-9-]{1,127}$/), {
      allowed: "1 to 127 letters, digits and hyphens",
    }).default("groundwork"),
    { description: "Name of the key. Fixed: what is encrypted with it names it." },
  ),
});

export const stateSettings = setting(
  z.strictObject({
    subscriptionId: setting(uuid, {
      description: "The Azure subscription that holds the state. Fixed: state does not move with it.",
    }),
    tenantId: setting(uuid.optional(), {
      description: "The Entra ID tenant of the subscription.",
      defaultText: "that of whoever is logged in",
    }),
    location: setting(
      format(z.string().regex(/^[a-z]+[0-9]?$/), {
        allowed: "the name of an Azure region, in lower case without spaces",
      }),
      {
        description: "Azure region of the resource group and the storage account. Fixed.",
        examples: ["westeurope"],
      },
    ),
    resourceGroup: setting(resourceGroupName.optional(), {
      description:
        "Resource group, made for the state and nothing else: whom it grants access has it to all within.",
      defaultText: "groundwork-<stack>-state",
    }),
    storageAccount: setting(storageAccountName, {
      description:
        "Name of the storage account. Unique among all accounts of all Azure customers, and fixed: another name is another account.",
      examples: ["weaveworksdevstate"],
    }),
    container: setting(containerName.default("state"), {
      description: "Name of the blob container that Pulumi keeps its state in. Fixed.",
    }),
    redundancy: setting(
      z
        .enum([
          "Standard_LRS",
          "Standard_ZRS",
          "Standard_GRS",
          "Standard_RAGRS",
          "Standard_GZRS",
          "Standard_RAGZRS",
        ])
        .default("Standard_GZRS"),
      {
        description:
          "Copies that Azure keeps: LRS three in one building, ZRS three in three zones, GRS as LRS and three in a paired " +
          "region, GZRS as ZRS and three in a paired region; RA: the pair can be read at any time. Not LRS at guard level " +
          "production.",
        why:
          "GZRS: state is a few megabytes, and without it nothing can be changed by anybody. The pair lags by minutes: " +
          "after a switch to it, refresh before anything else. Regions without zones or pair need another one.",
      },
    ),
    keyVault: setting(keyVault.optional(), {
      description:
        "An Azure Key Vault beside the state, with the key that encrypts the stack's secrets: `./groundwork state init STACK` " +
        "makes it, `./groundwork stack init STACK` and `./groundwork stack change-secrets-provider STACK` use it. Needs `tenantId`.",
      defaultText: "none: a key elsewhere, named by `--secrets-provider`, or a passphrase",
      why: "A passphrase stays known to all who ever had it, cannot be withdrawn, and its use leaves no trace.",
      examples: [{ name: "weaveworks-dev" }],
    }),
    softDeleteDays: setting(z.number().int().min(1).max(365).default(90), {
      description: `How long deleted blobs and a deleted container can be restored. ${floorText("softDeletedBlobs")}`,
      unit: "days",
      why: "A quarter of a year, for a few cents.",
    }),
    versionDays: setting(z.number().int().min(1).max(36500).default(365), {
      description: `How long versions of the state that were overwritten are kept. ${floorText("overwrittenObjects")}`,
      unit: "days",
      why: "A year. Each step of a change writes the state again, so versions add up; Azure deletes the old ones by itself.",
    }),
    allowedCidrBlocks: setting(z.array(reachableBlock).max(400).default([]), {
      description:
        "Networks from which the account can be reached, besides a login. Azure takes public addresses only, and a " +
        "single one without /32. It does not look at requests from its own region.",
      why:
        "None: from anywhere, with a login of Entra ID. Keys and anonymous access are off in any case; a list that " +
        "lacks an engineer's address is found out at night.",
      defaultText: "from anywhere, with a login",
      allowed: "a list of up to 400 public IPv4 addresses and blocks",
      examples: [["203.0.113.7", "198.51.100.0/24"]],
    }),
    principals: setting(
      z
        .record(
          format(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/), {
            allowed: "letters, digits, hyphens and underscores, beginning with a letter",
          }),
          principal,
        )
        .default({}),
      {
        description:
          "Who may read and write state, by a name of your own. Owning the subscription is not enough: that grants no data.",
        why: "None: those who were granted a role on data elsewhere, such as on the subscription.",
        examples: [{ platform: { objectId: "3f2504e0-4f89-41d3-9a0c-0305e82c3301", type: "Group" } }],
      },
    ),
  }),
  {
    description:
      "The Azure blob container that holds the stack's state. `./groundwork state init STACK` makes it and moves the state " +
      "there; `up` never touches it, since nothing should hold, and then destroy, what remembers it.",
  },
);
export type StateSettings = z.infer<typeof stateSettings>;
