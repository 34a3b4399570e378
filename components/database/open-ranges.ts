import * as pulumi from "@pulumi/pulumi";
import { openedToForeignCode, sharedText } from "../../settings/rules/database-access";
import type { StackSections } from "../../settings/schema";

/** Says which ranges of database.allowedCidrBlocks let in other people's code. At guard level production settings refuse them. */
export function warnOfOpenRanges(sections: StackSections): void {
  const { network } = sections;
  const own = network === undefined || "vpcId" in network ? {} : { newNetwork: network };
  for (const { shared, text } of openedToForeignCode({ ...sections, ...own })) {
    void pulumi.log.warn(
      `groundwork:database.allowedCidrBlocks: ${text} ${sharedText(shared)}. Name who needs the database at allowedFrom ` +
        "(fleet:ROLE, cluster), and take the range out.",
    );
  }
}
