import { z } from "zod";
import { quotas } from "../../rehearsal/catalogue/quotas/aws-quotas";
import { happenings, type WeatherKind } from "../../rehearsal/catalogue/weather/weather";
import { defaultWeather, type Weather } from "../../rehearsal/weather";
import { readRehearsalInput } from "./rehearsal-input";

/** What `--weather` takes in place of a file. A file of this name is `./default`. */
const defaultWord = "default";

const counted = new Set(quotas.map(({ code }) => code));

const weather: z.ZodType<Weather> = z.strictObject({
  seed: z.string().optional(),
  account: z.literal("young").optional(),
  quotas: z
    .array(
      z.strictObject({
        quota: z.string().refine((code) => counted.has(code), {
          error: "is no code of a quota that the rehearsal counts (docs/rehearsal.md)",
        }),
        value: z.number().int().min(0),
        region: z.string().optional(),
      }),
    )
    .optional(),
  events: z
    .array(
      z.strictObject({
        event: z.enum(Object.keys(happenings) as [WeatherKind, ...WeatherKind[]]),
        name: z.string().optional(),
        times: z.number().int().min(1).optional(),
      }),
    )
    .optional(),
});

/** What happens in a rehearsal by itself, from a YAML file. @throws UsageError with every problem at once. */
export function readWeather(file: string): Weather {
  if (file === defaultWord) {
    return defaultWeather;
  }
  return readRehearsalInput({ option: "--weather", file, what: "a weather", schema: weather, empty: {} });
}
