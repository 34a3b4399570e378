// Run as a process of its own by install-release.ts: `release-installer.ts <folder>` installs the release that belongs to
// the installed SDK into `<folder>/bin`.
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { endWithParent } from "./end-with-parent";

const root = process.argv[2];
if (root === undefined) {
  throw new Error("usage: release-installer <folder>");
}

endWithParent();

PulumiCommand.install({ root }).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
