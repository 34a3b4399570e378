interface Region {
  /** Letters of the zones that a new account sees. */
  readonly zones: string;
  /** Hosted zone ids that aliases to AWS's own endpoints need, by AWS's service endpoint tables. */
  readonly s3?: string;
  readonly applicationLoadBalancer?: string;
  readonly networkLoadBalancer?: string;
}

const regions: Readonly<Record<string, Region>> = {
  "af-south-1": { zones: "abc" },
  "ap-east-1": { zones: "abc" },
  "ap-northeast-1": {
    zones: "acd",
    s3: "Z2M4EHUR26P7ZW",
    applicationLoadBalancer: "Z14GRHDCWA56QT",
    networkLoadBalancer: "Z31USIVHYNEOWT",
  },
  "ap-northeast-2": { zones: "abcd", s3: "Z3W03O7B5YMIYP" },
  "ap-northeast-3": { zones: "abc" },
  "ap-south-1": {
    zones: "abc",
    s3: "Z11RGJOFQNVJUP",
    applicationLoadBalancer: "ZP97RAFLXTNZK",
    networkLoadBalancer: "ZVDDRBQ08TROA",
  },
  "ap-southeast-1": {
    zones: "abc",
    s3: "Z3O0J2DXBE1FTB",
    applicationLoadBalancer: "Z1LMS91P8CMLE5",
    networkLoadBalancer: "ZKVM4W9LS7TM",
  },
  "ap-southeast-2": {
    zones: "abc",
    s3: "Z1WCIGYICN2BYD",
    applicationLoadBalancer: "Z1GM3OXH4ZPM65",
    networkLoadBalancer: "ZCT6FZBF4DROD",
  },
  "ca-central-1": {
    zones: "abd",
    s3: "Z1QDHH18159H29",
    applicationLoadBalancer: "ZQSVJUPU6J1EY",
    networkLoadBalancer: "Z2EPGBW3API2WT",
  },
  "eu-central-1": {
    zones: "abc",
    s3: "Z21DNDUVLTQW6Q",
    applicationLoadBalancer: "Z215JYRZR1TBD5",
    networkLoadBalancer: "Z3F0SRJ5LGBH90",
  },
  "eu-central-2": { zones: "abc" },
  "eu-north-1": {
    zones: "abc",
    s3: "Z3BAZG2TWCNX0D",
    applicationLoadBalancer: "Z23TAZ6LKFMNIO",
    networkLoadBalancer: "Z1UDT6IFJ4EJM",
  },
  "eu-south-1": { zones: "abc" },
  "eu-south-2": { zones: "abc" },
  "eu-west-1": {
    zones: "abc",
    s3: "Z1BKCTXD74EZPE",
    applicationLoadBalancer: "Z32O12XQLNTSW2",
    networkLoadBalancer: "Z2IFOLAFXWLO4F",
  },
  "eu-west-2": {
    zones: "abc",
    s3: "Z3GKZC51ZF0DB4",
    applicationLoadBalancer: "ZHURV8PSTC4K8",
    networkLoadBalancer: "ZD4D7Y8KGAS4G",
  },
  "eu-west-3": {
    zones: "abc",
    s3: "Z3R1K369G5AVDG",
    applicationLoadBalancer: "Z3Q77PNBQS71R4",
    networkLoadBalancer: "Z1CMS0P5QUZ6D5",
  },
  "il-central-1": { zones: "abc" },
  "me-central-1": { zones: "abc" },
  "me-south-1": { zones: "abc" },
  "sa-east-1": {
    zones: "abc",
    s3: "Z7KQH4QJS55SO",
    applicationLoadBalancer: "Z2P70J7HTTTPLU",
    networkLoadBalancer: "ZTK26PT1VY4CU",
  },
  "us-east-1": {
    zones: "abcdef",
    s3: "Z3AQBSTGFYJSTF",
    applicationLoadBalancer: "Z35SXDOTRQ7X7K",
    networkLoadBalancer: "Z26RNL4JYFTOTI",
  },
  "us-east-2": {
    zones: "abc",
    s3: "Z2O1EMRO9K5GLX",
    applicationLoadBalancer: "Z3AADJGX6KTTL2",
    networkLoadBalancer: "ZLMOA37VPKANP",
  },
  "us-west-1": {
    zones: "ac",
    s3: "Z2F56UZL2M1ACD",
    applicationLoadBalancer: "Z368ELLRRE2KJ0",
    networkLoadBalancer: "Z24FKFUX50B4VW",
  },
  "us-west-2": {
    zones: "abcd",
    s3: "Z3BJ6K6RIION7M",
    applicationLoadBalancer: "Z1H1FL5HABSF5",
    networkLoadBalancer: "Z18D5FSROUN65G",
  },
};

/** Names of a region's availability zones, `eu-west-1a` and so on. */
export function zonesOf(region: string): string[] {
  return [...(regions[region]?.zones ?? "abc")].map((letter) => region + letter);
}

/** `eu-west-1a` is `euw1-az1`, though in which order differs from account to account. */
export function zoneIdOf(zone: string): string {
  const [area = "", direction = "", number = ""] = zone.split("-");
  const short = direction.replace(/north|south|east|west|central/g, (word) => word.charAt(0));
  const index = zonesOf(zone.slice(0, -1)).indexOf(zone) + 1;
  return `${area}${short}${number.slice(0, -1)}-az${String(Math.max(index, 1))}`;
}

export type AliasTarget = "s3" | "applicationLoadBalancer" | "networkLoadBalancer";

/** The hosted zone of an AWS endpoint; undefined where this list has none. */
export function hostedZoneOf(region: string, target: AliasTarget): string | undefined {
  return regions[region]?.[target];
}
