/** The packages that the rehearsal knows, and which of their modules it carries facts for (`all`, or a list). */
export const packages: Readonly<Record<string, "all" | readonly string[]>> = {
  aws: "all",
  // Thousands of types, of which a program like this one needs a handful: the state container, its locks, its keys.
  "azure-native": ["authorization", "index", "keyvault", "managedidentity", "resources", "storage"],
  command: "all",
  "equinix-metal": "all",
  kubernetes: "all",
  random: "all",
};

/** Those that the program uses by tokens alone: the facts are of the last version there was, which stands here. */
export const notInstalled: ReadonlyMap<string, string> = new Map([["equinix-metal", "2.0.0"]]);

/** Package and module of a token: `aws:rds/instance:Instance` is in `rds` of `aws`. */
export function locate(token: string): { readonly package: string; readonly module: string } {
  const [packageName = "", module = "", name = ""] = token.split(":");
  if (packageName === "pulumi" && module === "providers") return { package: name, module: "index" };
  if (packageName === "kubernetes") {
    // `kubernetes:networking.k8s.io/v1:Ingress` is declared in networking/v1.
    const [group = "", version] = module.split("/");
    const directory = group.split(".")[0] ?? "";
    return { package: packageName, module: version === undefined ? directory : `${directory}/${version}` };
  }
  return { package: packageName, module: module.split("/")[0] ?? "" };
}
