import type { Check } from "../check";
import { alarms } from "./alarms";
import { backend } from "./backend";
import { dates } from "./dates";
import { delegation } from "./delegation";
import { diskKeys } from "./disk-keys";
import { identity } from "./identity";
import { keys } from "./keys";
import { namedThings } from "./named-things";
import { ownAddress } from "./own-address";
import { pins } from "./pins";
import { quotas } from "./quotas";
import { targets } from "./targets";
import { installedTools } from "./tools";
import { waiting } from "./waiting";

/** Everything that `doctor` looks at beside the machines, by the word for it in the report. The next check is a file here and a line. */
export const checks: Readonly<Record<string, Check>> = {
  identity,
  tools: installedTools,
  "own address": ownAddress,
  backend,
  "named things": namedThings,
  "disk keys": diskKeys,
  pins,
  quotas,
  delegation,
  targets,
  waiting,
  alarms,
  dates,
  keys,
};
