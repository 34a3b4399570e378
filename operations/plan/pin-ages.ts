import { groundworkCommand } from "../../guard/printed-command";
import { pinsOf, publishedOn, type PinKind } from "../../settings/pins";
import { ageOf } from "../../settings/release-days";
import type { StackSettings } from "../../settings/load";
import { count } from "../terminal/output";
import type { EngineError } from "./diagnostics";
import { settingAt } from "./setting-paths";

/** From this age on a preview says so: Amazon Linux and EKS bring new images at least every other week, with what was mended since. */
const DAYS_OF_PATIENCE = 60;

/** What comes with a day of its own, by what is missing from an old one. */
const aging: Readonly<Partial<Record<PinKind, string>>> = {
  "amazon-linux": "machines that start from it lack every fix since then",
  nodes: "these nodes lack every fix since then",
  ubuntu: "new machines lack every fix since then",
};

/** Releases that have grown old. */
interface OldPin {
  readonly setting: string;
  /** Goes on from the setting. */
  readonly what: string;
  readonly mend: string;
}

/** Releases that have grown old, each once with all settings that name it, by the day in its name: nobody is asked for it. */
export function oldPins(settings: StackSettings, now: Date): readonly OldPin[] {
  const today = now.toISOString().slice(0, 10);
  const old = pinsOf(settings).flatMap((pin) => {
    const [missing, published] = [aging[pin.kind], publishedOn(pin)];
    const days = published === undefined ? 0 : ageOf(published, today);
    return missing === undefined || days < DAYS_OF_PATIENCE
      ? []
      : [
          {
            kind: pin.kind,
            setting: pin.path.join("."),
            is: `${pin.value ?? ""}, ${days} days old: ${missing}`,
          },
        ];
  });
  return [...new Set(old.map(({ is }) => is))].map((is) => {
    const [first, ...others] = old.filter((one) => one.is === is);
    return {
      setting: first?.setting ?? "",
      what: `${others.length === 0 ? "is" : `and ${count(others.length, "more setting")} are`} ${is}`,
      mend: `\`${groundworkCommand`releases ${settings.context.stack} bump ${first?.kind ?? ""}`}\` writes the newest`,
    };
  });
}

/** The same as warnings of a plan. */
export function agedPins(settings: StackSettings, file: string, now: Date): readonly EngineError[] {
  return oldPins(settings, now).map(({ mend, setting, what }) => ({
    urn: undefined,
    message: `${settingAt(file, setting)} ${what}. ${mend}.`,
  }));
}
