import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Document, isMap, isScalar, parseDocument, visit, type YAMLMap } from "yaml";
import { isMapping } from "../../settings/schema-walk";
import { isSecretName, secretNamesIn, secretOf, type SecretDeclaration } from "../../settings/secrets";
import { rehearsalPassphrase } from "../../rehearsal/environment";
import { dataKeyOf } from "../../rehearsal/key-service";
import { deriveKey, encrypt } from "../../rehearsal/passphrase";
import { providerKeys, providerOf } from "./encrypted-values";

/**
 * The `encryptionsalt` of every rehearsal, made from `rehearsalPassphrase`. One for all and in clear, since what it
 * seals are placeholders: a key for each would cost its derivation each time and protect nothing.
 */
export const rehearsalSalt = "v1:cmVoZWFyc2U=:v1:ybKiKFb0XRwBRIxn:EkIRPkIGrSRF2MfUDXQiCCy+qN4T6A==";

/** Raised when this file would write something else for the same source. */
const format = 4;

export interface StackFileOptions {
  /** The stack's own file, `Pulumi.<stack>.yaml`. It is read only. */
  readonly source: string;
  /** The rehearsal's folder, `.rehearsal`. */
  readonly directory: string;
  readonly stack: string;
}

export interface PreparedStackFile {
  /** The copy, absolute: `PULUMI_OPTION_CONFIG_FILE` (or `--config-file`) for preview, up, refresh, destroy, config. */
  readonly path: string;
  /**
   * A folder with the copy and a Pulumi.yaml of the same project name and no program: `pulumi -C <it> stack init` makes
   * the stack without writing a salt into the project's own stack file, which `stack init` would do.
   */
  readonly projectDirectory: string;
}

/**
 * Makes the copy of a stack file that a rehearsal works with: each encrypted value is replaced by a placeholder, which
 * is encrypted in turn so that the engine and the program still treat it as a secret. Comments stay. A copy of the same
 * source is used again as it is, with what `pulumi config set` has changed in it.
 *
 * @throws Error when the source is not there or is not YAML.
 */
export function prepareStackFile(options: StackFileOptions): PreparedStackFile {
  const projectDirectory = join(resolve(options.directory), "project");
  const path = join(projectDirectory, `Pulumi.${options.stack}.yaml`);
  mkdirSync(projectDirectory, { recursive: true, mode: 0o700 });
  writeIfChanged(join(projectDirectory, "Pulumi.yaml"), projectFile(dirname(options.source)));
  const source = readFileSync(options.source, "utf8");
  const mark = `# Rehearsal copy of ${basename(options.source)}, ${digest(source)}: edit that one.`;
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (!before.startsWith(`${mark}\n`)) {
    write(path, `${mark}\n${withPlaceholders(source, options.source, sealOf(before))}`);
  }
  return { path, projectDirectory };
}

/** What the values of a copy are under: `encryptionsalt`, or `secretsprovider` and `encryptedkey`, and the key itself. */
interface Seal {
  readonly provider: Readonly<Record<string, string>>;
  readonly key: () => Buffer;
}

const passphraseSeal: Seal = {
  provider: { encryptionsalt: rehearsalSalt },
  key: () => deriveKey(rehearsalPassphrase, rehearsalSalt),
};

/** A copy that a person has put under a key of the rehearsal's stays under it when its source changes. */
function sealOf(copy: string): Seal {
  const provider = providerOf(copy === "" ? undefined : parseDocument(copy, { schema: "failsafe" }).toJS());
  const key = provider["encryptedkey"] === undefined ? undefined : dataKeyOf(provider["encryptedkey"]);
  return key === undefined ? passphraseSeal : { provider, key: () => key };
}

/** The text of a stack file with placeholders for its secrets, under the rehearsal's passphrase or a key of its own. */
export function withPlaceholders(source: string, name: string, seal: Seal = passphraseSeal): string {
  // Everything as text, and written again as it was: the engine has its own readings of 0100, 1_000 and yes.
  const document = parseDocument(source, { schema: "failsafe" });
  const [problem] = document.errors;
  if (problem) throw new Error(`${name} is not YAML: ${problem.message}`);
  let key: Buffer | undefined;
  const sealed = (text: string): string => {
    key ??= seal.key();
    return encrypt(key, text);
  };
  visit(document, {
    Map: (_position, map, ancestors) => {
      if (!isSecure(map)) return undefined;
      const names = ancestors
        .flatMap((node) => ("key" in node && isScalar(node.key) ? [String(node.key.value)] : []))
        .filter((part) => part !== "config");
      const declared = names.length === 1 ? declaredSecret(names[0] as string) : undefined;
      map.set("secure", sealed(declared?.placeholder ?? `placeholder for ${names.join(".")}`));
      return visit.SKIP;
    },
  });
  const root: Document = isMap(document.contents) ? document : new Document({});
  for (const [name, placeholder] of missingSecrets(root))
    root.setIn(["config", `groundwork:${name}`], root.createNode({ secure: sealed(placeholder) }));
  for (const key of providerKeys) if (!(key in seal.provider)) deleteKeepingComment(root, key);
  for (const [key, value] of Object.entries(seal.provider)) root.set(key, value);
  return root.toString({ lineWidth: 0 });
}

/** The file's own heading is read as a comment on its first line, whichever that is. */
function deleteKeepingComment(document: Document, name: string): void {
  const [first, second] = isMap(document.contents) ? document.contents.items : [];
  if (isScalar(first?.key) && first.key.value === name && isScalar(second?.key)) {
    second.key.commentBefore = [first.key.commentBefore, second.key.commentBefore].filter(Boolean).join("\n");
  }
  document.delete(name);
}

/** A configuration key without the project's name: `mail` of `groundwork:mail`, and of `mail`, which means the same. */
function ownKey(written: string): string {
  return written.replace(/^groundwork:(config:)?/, "");
}

function declaredSecret(written: string): SecretDeclaration | undefined {
  const name = ownKey(written);
  return isSecretName(name) ? secretOf(name) : undefined;
}

/** Secrets that the settings need and the file does not have, with what stands in for them. */
function missingSecrets(document: Document): readonly (readonly [string, string])[] {
  const content: unknown = document.toJS();
  const config = isMapping(content) && isMapping(content["config"]) ? content["config"] : {};
  const own = Object.fromEntries(Object.entries(config).map(([key, value]) => [ownKey(key), value]));
  return secretNamesIn(own).flatMap((name) => {
    const { neededBy, placeholder } = secretOf(name);
    return neededBy(own) === undefined || name in own ? [] : [[name, placeholder] as const];
  });
}

/** As the engine tells them: an object with `secure` and nothing else. */
function isSecure(map: YAMLMap): boolean {
  return map.items.length === 1 && map.has("secure") && typeof map.get("secure") === "string";
}

function projectFile(sourceDirectory: string): string {
  const path = join(sourceDirectory, "Pulumi.yaml");
  const name: unknown = parseDocument(readFileSync(path, "utf8")).get("name");
  if (typeof name !== "string") throw new Error(`${path} has no "name".`);
  return `# For the rehearsal's own "stack init"; the program is elsewhere.\nname: ${JSON.stringify(name)}\nruntime: nodejs\n`;
}

function digest(source: string): string {
  return createHash("sha256")
    .update(`${String(format)}\0${source}`)
    .digest("hex")
    .slice(0, 16);
}

function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, "utf8") !== text) write(path, text);
}

/** Whole or not at all: another run may be reading it. */
function write(path: string, text: string): void {
  const beside = `${path}.${String(process.pid)}.tmp`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}
