import { finding, type Rule } from "./rule";

const keysAreOfTheRegion: Rule = function* ({ encryption = {}, region }) {
  for (const [kind, key] of Object.entries(encryption)) {
    if (region !== undefined && key?.startsWith("arn:") === true && key.split(":")[3] !== region) {
      yield finding("encryption", [kind], {
        message: `${JSON.stringify(key)} is not in ${region}`,
        allowed: "a key in aws:region: services use no other",
      });
    }
  }
};

const volumesHaveTheirKey: Rule = function* ({ declared, encryption, fleets = {} }) {
  if (encryption === undefined && declared.has("encryption")) {
    return;
  }
  for (const [role, fleet] of Object.entries(fleets)) {
    for (const [name, volume] of Object.entries(fleet?.volumes ?? {})) {
      if (volume?.ownKey === true && (encryption === undefined || encryption.disks === "aws")) {
        yield finding("fleets", [role, "volumes", name, "ownKey"], {
          message: "found true, and there is no key of one's own for disks",
          allowed: "false, or `disks: own` or a key's ARN at groundwork:encryption",
        });
      }
    }
  }
};

export const encryptionRules: readonly Rule[] = [keysAreOfTheRegion, volumesHaveTheirKey];
