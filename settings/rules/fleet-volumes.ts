import { eachFleet } from "./fleet-rule";
import type { Rule } from "./rule";

/** Device names /dev/sdf to /dev/sdp, which AWS recommends for data. */
const mostVolumes = 10;

/** What each kind can do. Source: Amazon EBS User Guide, "Amazon EBS volume types". */
const kinds = {
  gp3: { least: 1, iops: { least: 3000, most: 16_000, perGib: 500 } },
  io2: { least: 4, iops: { least: 100, most: 64_000, perGib: 1000 } },
  st1: { least: 125, iops: undefined },
  sc1: { least: 125, iops: undefined },
} as const;

/** Of gp3, up to this many operations a second come with every volume, whatever its size. */
const gp3BaseIops = 3000;

const volumesAreWhatEbsHas: Rule = eachFleet(function* ({ fleet, at }) {
  const volumes = Object.entries(fleet.volumes ?? {});
  if (volumes.length > mostVolumes) {
    yield at(["volumes"], { message: `${volumes.length} volumes`, allowed: `up to ${mostVolumes}` });
  }
  for (const [name, volume] of volumes) {
    const { iops, size, throughput, type } = volume ?? {};
    if (type === undefined) {
      continue;
    }
    const kind = kinds[type];
    if (size !== undefined && size < kind.least) {
      yield at(["volumes", name, "size"], {
        message: `${size} GiB, and a volume of type ${type} has ${kind.least} or more`,
        allowed: `at least ${kind.least}, or another type`,
      });
    }
    if (kind.iops === undefined && iops !== undefined) {
      yield at(["volumes", name, "iops"], {
        message: `a volume of type ${type} has no operations that could be ordered`,
        allowed: "nothing, or type gp3 or io2",
      });
    }
    if (type === "io2" && !("iops" in (volume ?? {}))) {
      yield at(["volumes", name, "iops"], {
        message: "is missing: a volume of type io2 has no default for it",
        allowed: "a whole number from 100 to 64000",
      });
    }
    if (kind.iops !== undefined && iops !== undefined) {
      const most = Math.min(
        kind.iops.most,
        Math.max(type === "gp3" ? gp3BaseIops : 0, (size ?? Infinity) * kind.iops.perGib),
      );
      if (iops < kind.iops.least || iops > most) {
        yield at(["volumes", name, "iops"], {
          message: `${iops} for ${size ?? "its"} GiB of type ${type}`,
          allowed: `from ${kind.iops.least} to ${most}: ${kind.iops.perGib} a GiB`,
        });
      }
    }
    if (throughput !== undefined && type !== "gp3") {
      yield at(["volumes", name, "throughput"], {
        message: `cannot be ordered for type ${type}`,
        allowed: "nothing, or type gp3",
      });
    } else if (throughput !== undefined && throughput > (iops ?? gp3BaseIops) / 4) {
      yield at(["volumes", name, "throughput"], {
        message: `${throughput} MiB a second with ${iops ?? gp3BaseIops} operations`,
        allowed: `up to ${(iops ?? gp3BaseIops) / 4}, a quarter of iops; or more iops`,
      });
    }
  }
});

const mountPointsAreApart: Rule = eachFleet(function* ({ fleet, at }) {
  const seen: (readonly [string, string])[] = [];
  for (const [name, volume] of Object.entries(fleet.volumes ?? {})) {
    const place = volume?.mountPoint;
    if (place === undefined) {
      continue;
    }
    for (const [other, before] of seen) {
      if (`${place}/`.startsWith(`${before}/`) || `${before}/`.startsWith(`${place}/`)) {
        yield at(["volumes", name, "mountPoint"], {
          message: `${JSON.stringify(place)} and ${JSON.stringify(before)}, of the volume ${other}, are one in the other`,
          allowed: "a place of its own for each volume",
        });
      }
    }
    seen.push([name, place]);
    for (const file of Object.keys(fleet.boot?.files ?? {})) {
      if (`${file}/`.startsWith(`${place}/`)) {
        yield at(["boot", "files", file], {
          message: `would be hidden by the volume ${name}, which is mounted at ${place} after it is written`,
          allowed: "a path that is on no volume; boot.setup can write there",
          aboutKey: true,
        });
      }
    }
  }
});

export const fleetVolumeRules: readonly Rule[] = [volumesAreWhatEbsHas, mountPointsAreApart];
