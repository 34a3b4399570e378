import { quotas } from "./catalogue/quotas/aws-quotas";
import { raisedQuotaType } from "./catalogue/quotas/quota";
import { happenings, type WeatherKind } from "./catalogue/weather/weather";
import type { Cloud } from "./cloud/cloud";
import { matchesPattern } from "./cloud/faults";
import type { CloudRecord } from "./cloud/store";
import { handsOf } from "./interpreter/cloud-view";
import type { CloudHands, Place } from "./interpreter/entry";
import { Random } from "./interpreter/random";
import { awsProvider } from "./packages/aws/provider";

/** What happens in the rehearsal cloud before a run, without anybody's call, and what its account may have. */
export interface Weather {
  /** Decides to which of several it happens. Default: `weather`; the same file then means the same. */
  readonly seed?: string;
  /** `young` is one of a few days, with the quotas that AWS gives to those. Default: what the account has by now. */
  readonly account?: "young";
  /** What the account was given of single quotas. It stays given. */
  readonly quotas?: readonly QuotaValue[];
  /** What happens, in this order. */
  readonly events?: readonly WeatherEvent[];
}

export interface WeatherEvent {
  readonly event: WeatherKind;
  /** Name in the program of what it happens to; `*` stands for any run of characters. Default: any. */
  readonly name?: string;
  /** To how many of those it happens. Default: 1. */
  readonly times?: number;
}

interface QuotaValue {
  /** Code in Service Quotas: `L-0263D0A3`. */
  readonly quota: string;
  readonly value: number;
  /** Default: all regions. */
  readonly region?: string;
}

/** What comes in a year without anybody's mistake, each once. */
export const defaultWeather: Weather = {
  events: [
    { event: "storage-grows" },
    { event: "minor-is-forced" },
    { event: "addon-default-moves" },
    { event: "log-group-comes-back" },
    { event: "guardduty-arrives" },
    { event: "certificate-nears-end" },
    { event: "machine-is-retired" },
    { event: "spot-machine-goes" },
  ],
};

/**
 * Makes weather in the part of the cloud that an account has. Changes what exists, and nothing else.
 *
 * @returns What has happened, a sentence each; one that has nothing to happen to says so.
 */
export function makeWeather(weather: Weather, cloud: Cloud, accountId: string): readonly string[] {
  const model = awsProvider(accountId);
  const given = quotas.flatMap(({ code, young }) =>
    weather.account === "young" && young !== undefined ? [{ quota: code, value: young }] : [],
  );
  for (const value of [...given, ...(weather.quotas ?? [])]) giveQuota(value, cloud, accountId);
  const random = new Random(weather.seed ?? "weather");
  const handsFor = (record: CloudRecord): CloudHands =>
    handsOf(cloud.store, model, placeOf(record, accountId));
  return (weather.events ?? []).flatMap(({ event, name = "*", times = 1 }) => {
    const { type, can, happen } = happenings[event];
    const open = cloud.store
      .ofType(type)
      .filter((record) => placeOf(record, accountId).account === accountId)
      .filter((record) => matchesPattern(name, record.name) && (can?.(record, handsFor(record)) ?? true))
      // Ids are other ones in each rehearsal, names are not.
      .sort((a, b) => a.name.localeCompare(b.name) || a.createdAt.localeCompare(b.createdAt));
    const hit = random.shuffle(open).slice(0, times);
    if (hit.length === 0) {
      return [`${event}: nothing ${name === "*" ? "" : `named ${name} `}is there that it could happen to.`];
    }
    return hit.map((record) => {
      const by = { random: cloud.random(`${record.id}/${event}`), place: placeOf(record, accountId) };
      return `${event}: ${record.name}: ${happen(record, handsFor(record), by)}.`;
    });
  });
}

/** What belongs to nobody is this account's. */
function placeOf({ scope }: CloudRecord, accountId: string): Place {
  const [account = "", region = ""] = scope.split("/");
  return { account: account === "" ? accountId : account, region };
}

function giveQuota({ quota, value, region }: QuotaValue, { store }: Cloud, accountId: string): void {
  const service = quotas.find(({ code }) => code === quota)?.service ?? "";
  const id = `${service}/${quota}`;
  const record: CloudRecord = {
    ...{ package: "aws", type: raisedQuotaType, id, name: id, createdAt: new Date().toISOString() },
    inputs: { serviceCode: service, quotaCode: quota, value },
    outputs: { serviceCode: service, quotaCode: quota, value },
    scope: region === undefined ? "" : `${accountId}/${region}`,
  };
  if (!store.create(record)) store.replace(record);
}
