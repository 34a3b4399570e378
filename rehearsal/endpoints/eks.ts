import { addonVersion, kubernetesVersions } from "../catalogue/entries/aws/eks-versions";
import { carryOut, readOf, type Operation } from "./call";

// What EKS offers. Forms of the answers: the Amazon EKS API reference.

/** Months of standard support, after the day on which EKS began to offer a version. */
const standardSupport = 14;

/** Days that are plausible and no more: a version every four months, 1.35 on 28 January 2026. */
function days(version: string): { readonly releaseDate: number; readonly endOfStandardSupportDate: number } {
  const months = (Number(version.split(".")[1]) - 35) * 4;
  const at = (more: number): number => Date.UTC(2026, months + more, 28) / 1000;
  return { releaseDate: at(0), endOfStandardSupportDate: at(standardSupport) };
}

const describeClusterVersions: Operation<unknown, unknown> = (_input, call) =>
  carryOut(call, readOf("eks", "DescribeClusterVersions"), () => ({
    clusterVersions: kubernetesVersions.map((clusterVersion) => ({
      clusterVersion,
      ...days(clusterVersion),
    })),
  }));

interface AddonQuery {
  readonly addonName?: string;
  readonly kubernetesVersion?: string;
}

/** Of each add-on the version that EKS takes by default, and one build after it. */
const describeAddonVersions: Operation<AddonQuery, unknown> = (
  { addonName = "", kubernetesVersion = "" },
  call,
) =>
  carryOut(call, readOf("eks", "DescribeAddonVersions"), () => {
    const version = addonVersion(addonName, kubernetesVersion, call.hands);
    return {
      addons:
        version === undefined
          ? []
          : [
              {
                addonName,
                addonVersions: [version.replace(/eksbuild\.1$/, "eksbuild.2"), version].map((one) => ({
                  addonVersion: one,
                  compatibilities: [{ clusterVersion: kubernetesVersion, defaultVersion: one === version }],
                })),
              },
            ],
    };
  });

/** REST: by the path. */
export const eksOperations: Readonly<Record<string, Operation<never, unknown>>> = {
  "cluster-versions": describeClusterVersions,
  "addons/supported-versions": describeAddonVersions,
};
