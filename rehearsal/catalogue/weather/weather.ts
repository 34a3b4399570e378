import { data } from "./data";
import type { Happening } from "./happening";
import { machines } from "./machines";
import { network } from "./network";

const table = { ...data, ...machines, ...network };

export type WeatherKind = keyof typeof table;

/** Everything that a cloud of the rehearsal can do by itself, by the name it has in a weather file. */
export const happenings: Readonly<Record<WeatherKind, Happening>> = table;
