import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { secretNames, secretOf } from "../../../settings/secrets";
import type { CloudResource } from "./walk";

/** A value that nobody should come upon, and what it is, for the message of a test that does. */
export interface Secret {
  readonly what: string;
  readonly value: string;
}

/**
 * What holds secrets in clear because it is there to hold them, as the real one does: whoever may read it there may
 * know them. Everything else that exists must be free of them.
 */
const keepers: Readonly<Record<string, string>> = {
  "aws:iam/accessKey:AccessKey": "what IAM answers once, kept for the provider",
  "aws:secretsmanager/secretVersion:SecretVersion": "Secrets Manager",
  "kubernetes:core/v1:Secret": "the cluster's own secrets, in etcd under a KMS key",
};

/** Every secret that a stack had or was given: placeholders, generated passwords, verifiers, keys of users. */
export function secretsOf(cloud: readonly CloudResource[]): readonly Secret[] {
  const declared = secretNames.map((name) => ({ what: name, value: secretOf(name).placeholder }));
  const generated = cloud
    .filter(({ type }) => type in keepers)
    .flatMap(({ type, name, inputs, outputs }) =>
      hidden(type, { ...inputs, ...outputs }).map((value) => ({ what: `${type} ${name}`, value })),
    );
  return [...new Map([...declared, ...generated].map((secret) => [secret.value, secret])).values()];
}

function hidden(type: string, values: Readonly<Record<string, unknown>>): readonly string[] {
  switch (type) {
    case "aws:iam/accessKey:AccessKey":
      return texts([values["secret"], values["sesSmtpPasswordV4"]]);
    case "aws:secretsmanager/secretVersion:SecretVersion":
      return texts([values["secretString"]]).flatMap((text) =>
        Object.entries(JSON.parse(text) as Record<string, unknown>).flatMap(([key, value]) =>
          typeof value === "string" && (/password|url/i.test(key) || value.startsWith("SCRAM-"))
            ? [value]
            : [],
        ),
      );
    default: {
      // What is in `stringData` is in `data` too, in base64.
      const data = Object.entries((values["data"] ?? {}) as Record<string, string>).map(
        ([key, value]) => [key, Buffer.from(value, "base64").toString("utf8")] as const,
      );
      const given = Object.entries((values["stringData"] ?? {}) as Record<string, string>);
      return texts([...data, ...given].flatMap(([key, value]) => (isSecretKey(key) ? [value] : [])));
    }
  }
}

/** Users, hosts and ports stand beside passwords in one secret, and elsewhere too. */
function isSecretKey(key: string): boolean {
  return /password|secret|token|key|url/i.test(key);
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value): value is string => typeof value === "string" && value.length >= 8);
}

/** In each form in which a text could carry it. */
function formsOf(value: string): readonly string[] {
  const lines = value.includes("\n") ? value.split("\n").filter((line) => /^[\w+/=]{30,}$/.test(line)) : [];
  return [value, ...lines].flatMap((text) => [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString("base64").replace(/=+$/, ""),
    Buffer.from(text).toString("base64url"),
    Buffer.from(text).toString("hex"),
  ]);
}

/** Looks for many secrets in many texts; says which were found, and not their value. */
export class Search {
  private readonly forms: readonly { readonly what: string; readonly form: string }[];

  constructor(secrets: readonly Secret[]) {
    this.forms = secrets.flatMap(({ what, value }) =>
      [...new Set(formsOf(value))].map((form) => ({ what, form })),
    );
  }

  /** @returns `PLACE holds WHAT`, each once. */
  in(place: string, text: string): readonly string[] {
    const found = [text, ...unpacked(text)].flatMap((layer) =>
      this.forms.filter(({ form }) => layer.includes(form)).map(({ what }) => `${place} holds ${what}`),
    );
    return [...new Set(found)];
  }
}

/** What long pieces of base64 in a text say, packed with gzip or not: user data. */
function unpacked(text: string): readonly string[] {
  return (text.match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? []).map((piece) => {
    const bytes = Buffer.from(piece, "base64");
    const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isZipped ? unzipped(bytes) : bytes).toString("latin1");
  });
}

function unzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    // Not what it looked like.
    return bytes;
  }
}

/** All that a rehearsal wrote down, but for what keepers keep. */
export function searchFiles(directory: string, search: Search): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !isKeeper(path.relative(directory, file), file))
    .flatMap((file) => search.in(path.relative(directory, file), readFileSync(file, "latin1")));
}

function isKeeper(relative: string, file: string): boolean {
  if (!/^(cloud|pending-deletion)[/\\].*\.json$/.test(relative)) {
    return false;
  }
  return (JSON.parse(readFileSync(file, "utf8")) as CloudResource).type in keepers;
}
