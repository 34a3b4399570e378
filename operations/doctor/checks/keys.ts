import type * as iamModule from "@aws-sdk/client-iam";
import { createRequire } from "node:module";
import { physicalName } from "../../../components/names";
import { serviceUsers } from "../../../settings/sections/users";
import { oldKeys, type DatedKey } from "../../plan/key-ages";
import { asked, told, type Check } from "../check";
import { using } from "../../engine/aws-clients";
import { saysAbsent } from "./lookups";

const load = createRequire(__filename);
const setting = "groundwork:users";

/** Access keys of service users that have grown old. A user that is not there yet has none. */
export const keys: Check = async ({ aws, now, settings }) => {
  const users = serviceUsers(settings.sections);
  if (users.length === 0) {
    return [];
  }
  return asked({ setting }, async () => {
    const { IAMClient, ListAccessKeysCommand } = load("@aws-sdk/client-iam") as typeof iamModule;
    const dated = await using(new IAMClient(await aws()), (client) =>
      Promise.all(
        users.map(async (user): Promise<readonly DatedKey[]> => {
          const command = new ListAccessKeysCommand({ UserName: physicalName(settings.context, user) });
          const { AccessKeyMetadata: listed = [] } = await client.send(command).catch((error: unknown) => {
            if (saysAbsent(error)) return { AccessKeyMetadata: [] };
            throw error;
          });
          return listed
            .filter(({ Status }) => Status === "Active")
            .map(({ AccessKeyId: id = "", CreateDate: at = now }) => ({
              user,
              id,
              created: at.toISOString(),
            }));
        }),
      ),
    );
    return oldKeys(settings, dated.flat(), now).flatMap(({ mend, what }) =>
      told("warning", what, { setting, mend }),
    );
  });
};
