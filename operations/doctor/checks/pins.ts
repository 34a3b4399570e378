import * as path from "node:path";
import { groundworkCommand } from "../../../guard/printed-command";
import type { PinKind } from "../../../settings/pins";
import { daysUntil } from "../../../settings/release-days";
import { readText } from "../../engine/stack-file-edit";
import { ReleasesApi } from "../../releases/aws-api";
import { findReleases, notAsked, type Release } from "../../releases/find";
import { told, type Check, type Finding } from "../check";

/** What a run starts from. Of the others `releases` tells. */
const kinds: readonly PinKind[] = [
  "postgresql",
  "kubernetes",
  "nodes",
  "addons",
  "amazon-linux",
  "ubuntu",
  "machine-images",
  "containers",
];

/** The end of a support is told of so long before, as a preview does. */
const supportDays = 90;

/** Images, releases and versions of the file: whether anything can still be made of them, and for how long. */
export const pins: Check = async ({ ask, aws, context, now, settings, settingsFile }) => {
  const found = await findReleases({
    settings,
    kinds,
    project: context.project.name,
    text: readText(settingsFile),
    file: path.basename(settingsFile),
    api: new ReleasesApi(() => aws()),
    ask,
    npmRegistry: "",
  });
  return found.flatMap((release) => judged(release, now.toISOString().slice(0, 10), settings.context.stack));
};

function judged(release: Release, today: string, stack: string): readonly Finding[] {
  const { ends, kind, note = "", path: keys, value = "", withdrawn } = release;
  const setting = keys.join(".");
  const mend =
    kind === "machine-images"
      ? "Name one that is there: `aws ec2 describe-images --owners self` lists your own"
      : `\`${groundworkCommand`releases ${stack} bump ${kind}`}\` writes the newest`;
  const [, deprecated] = /deprecated from (\S+) on/.exec(note) ?? [];
  const left = ends === undefined ? Infinity : daysUntil(ends, today);
  const ended = `its support ${left < 0 ? "has ended" : "ends"} on ${ends ?? ""}`;
  return [
    ...(withdrawn === undefined ? [] : told("error", `${value}: ${withdrawn}`, { setting, mend })),
    ...(note.startsWith(notAsked)
      ? told("not asked", note.slice(notAsked.length).replace(/\.+$/, ""), { setting })
      : []),
    ...(deprecated !== undefined && deprecated <= today
      ? told("warning", `${value} is deprecated since ${deprecated}`, { setting, mend })
      : []),
    ...(left <= supportDays ? told("warning", `${value}: ${ended}`, { setting, mend }) : []),
  ];
}
