import { gzipSync } from "fflate";
import { stringify } from "yaml";
import type { MachineFile } from "../machines/user-data";

/** Characters of a document that stands in a component; source: CreateComponent in the EC2 Image Builder API reference. */
const DOCUMENT_LIMIT = 16_000;

/** Components of a recipe, those that test included; an account's quota unless raised. */
const COMPONENT_LIMIT = 20;

/** What is done to a plain image. */
export interface ImageContent {
  /** Files that machines of the group have, as far as they are the same on all of them and at every boot. */
  readonly files: readonly MachineFile[];
  /** Commands that install; they run when all files are there. */
  readonly install: readonly string[];
  /** Commands that a machine started from the new image must pass. */
  readonly check: readonly string[];
}

/** A component: what it is called behind the group's name, and its AWSTOE document. */
export interface BuildDocument {
  readonly suffix: string;
  readonly description: string;
  readonly data: string;
}

/**
 * The documents that make an image, in their order: as many as the files need, one that installs, one that tests. Files
 * stand in them compressed, so that no line of a script is taken for one of AWSTOE's own expressions (`{{ … }}`).
 *
 * @throws Error when it does not fit into one recipe; says what is too large.
 */
export function buildDocuments(owner: string, content: ImageContent): readonly BuildDocument[] {
  const files = packed(owner, content.files).map((commands, index) => ({
    suffix: `files-${index + 1}`,
    description: "Scripts and settings that the image has",
    data: filesDocument(commands),
  }));
  const documents = [
    ...files,
    {
      suffix: "install",
      description: "What the image has installed",
      data: document("install", "build", [{ name: "Install", commands: content.install }]),
    },
    {
      suffix: "check",
      description: "What a machine from the image must pass",
      data: document("check", "test", [{ name: "Check", commands: content.check }]),
    },
  ];
  const long = documents.find(({ data }) => data.length > DOCUMENT_LIMIT);
  if (long !== undefined) {
    throw new Error(
      `${owner}: the component ${long.suffix} of its image has ${long.data.length} characters, and Image Builder takes ` +
        `${DOCUMENT_LIMIT}. Make its largest file smaller.`,
    );
  }
  if (documents.length > COMPONENT_LIMIT) {
    throw new Error(
      `${owner}: its image needs ${documents.length} components, and a recipe takes ${COMPONENT_LIMIT}. Put fewer files in it.`,
    );
  }
  return documents;
}

/** Commands that write the files, in as few documents as they fit into. */
function packed(owner: string, files: readonly MachineFile[]): readonly (readonly string[])[] {
  const documents: string[][] = [];
  for (const file of files) {
    const command = writeCommand(owner, file);
    const last = documents.at(-1);
    if (last !== undefined && filesDocument([...last, command]).length <= DOCUMENT_LIMIT) {
      last.push(command);
    } else {
      documents.push([command]);
    }
  }
  return documents;
}

function filesDocument(commands: readonly string[]): string {
  return document("files", "build", [{ name: "Write", commands }]);
}

function writeCommand(owner: string, { path, permissions, content }: MachineFile): string {
  if (!/^\/[A-Za-z0-9@%._/-]+$/.test(path) || !/^0[0-7]{3}$/.test(permissions)) {
    throw new Error(`${owner}: ${path} (${permissions}) cannot be written into an image.`);
  }
  // A library and not Node's zlib, whose result differs between versions: another version would be another image.
  const packed = Buffer.from(gzipSync(Buffer.from(content), { level: 9, mtime: 0 })).toString("base64");
  return `install -D -m ${permissions} /dev/null ${path} && echo ${packed} | base64 -d | gunzip > ${path}`;
}

interface Step {
  readonly name: string;
  readonly commands: readonly string[];
}

/** One that builds has a phase `build`; one that tests has `test` and nothing else, or Image Builder does not run it there. */
function document(name: string, phase: "build" | "test", steps: readonly Step[]): string {
  const content = {
    name,
    schemaVersion: 1,
    phases: [
      {
        name: phase,
        steps: steps.map((step) => ({
          name: step.name,
          action: "ExecuteBash",
          onFailure: "Abort",
          inputs: { commands: ["set -euo pipefail", ...step.commands] },
        })),
      },
    ],
  };
  return stringify(content, { lineWidth: 0 });
}
