import { wantsLogin } from "../sections/pull-through-cache";
import { finding, repeated, type Rule } from "./rule";

const cachesAreRight: Rule = function* ({ cluster, region }) {
  const entries = Object.entries(cluster?.pullThroughCache ?? {});
  for (const [prefix, cache] of entries) {
    const { upstream, credentialArn } = cache ?? {};
    const at = ["pullThroughCache", prefix];
    if (
      upstream !== undefined &&
      wantsLogin(upstream) &&
      cache !== undefined &&
      !("credentialArn" in cache)
    ) {
      yield finding("cluster", at, {
        message: `${upstream} wants a login of ECR`,
        allowed: "credentialArn beside upstream",
      });
    }
    if (upstream !== undefined && !wantsLogin(upstream) && credentialArn !== undefined) {
      yield finding("cluster", [...at, "credentialArn"], {
        message: `${upstream} takes no login of ECR`,
        allowed: "no credentialArn",
      });
    }
    if (region !== undefined && credentialArn !== undefined && credentialArn.split(":")[3] !== region) {
      yield finding("cluster", [...at, "credentialArn"], {
        message: `${JSON.stringify(credentialArn)} is not in ${region}`,
        allowed: "a secret in aws:region: ECR takes no other",
      });
    }
  }
  for (const [index, upstream] of repeated(entries.map(([, cache]) => cache?.upstream))) {
    yield finding("cluster", ["pullThroughCache", entries[index]?.[0] ?? "", "upstream"], {
      message: `${upstream} has a prefix already`,
      allowed: "each registry once",
    });
  }
};

export const pullThroughCacheRules: readonly Rule[] = [cachesAreRight];
