import {
  dataOfVersion,
  templateType,
  versionNumber,
  versionsOf,
  versionType,
} from "../catalogue/entries/aws/template-versions";
import type { CloudCall } from "../cloud/cloud";
import type { CloudRecord } from "../cloud/store";
import { numberOf, recordOf, textOf, type Values } from "../interpreter/values";
import { ApiError, callOf, type ApiCall, type QueryOperation } from "./call";
import { ec2Change } from "./ec2-operation";
import { listOfForm } from "./xml";

// Versions of launch templates. What is checked, and in which words: the Amazon EC2 API reference.

function templateOf(input: URLSearchParams, call: ApiCall): CloudRecord {
  const id = input.get("LaunchTemplateId") ?? "";
  const found = call.hands.find(templateType, id);
  if (!found) {
    throw new ApiError(
      "InvalidLaunchTemplateId.NotFound",
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
  return found;
}

const noVersion = (version: string): ApiError =>
  new ApiError(
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find launch template version ${version}`,
  );

/** The template as others see it: what its newest version says. */
function withNewest(template: CloudRecord, data: Values, latestVersion: number): CloudRecord {
  return { ...template, outputs: { ...template.outputs, ...data, latestVersion } };
}

const named =
  (method: "create" | "update" | "delete") =>
  (input: URLSearchParams, call: ApiCall): CloudCall => {
    const id = input.get("LaunchTemplateId") ?? "";
    const type = method === "update" ? templateType : versionType;
    return callOf(method, type, call.hands.find(templateType, id)?.name ?? "", id);
  };

const createVersion = ec2Change("CreateLaunchTemplateVersion", named("create"), (input, call) => {
  const template = templateOf(input, call);
  const source = input.get("SourceVersion") ?? "";
  const from = versionNumber(template, source);
  if (from === undefined) throw noVersion(source);
  const image = input.get("LaunchTemplateData.ImageId");
  const data: Values = {
    ...dataOfVersion(template, from, call.hands),
    ...(image !== null && { imageId: image }),
  };
  const version = (numberOf(template.outputs, "latestVersion") ?? 1) + 1;
  call.hands.put({
    type: versionType,
    id: `${template.id}:${String(version)}`,
    name: template.name,
    inputs: {
      templateId: template.id,
      version,
      description: input.get("VersionDescription") ?? "",
      data,
    },
  });
  call.hands.put(withNewest(template, { imageId: data["imageId"] ?? "" }, version));
  return {
    launchTemplateVersion: {
      launchTemplateId: template.id,
      launchTemplateName: textOf(template.outputs, "name"),
      versionNumber: version,
      defaultVersion: false,
    },
  };
});

const modifyTemplate = ec2Change("ModifyLaunchTemplate", named("update"), (input, call) => {
  const template = templateOf(input, call);
  const asked = input.get("SetDefaultVersion") ?? "";
  const defaultVersion = versionNumber(template, asked);
  if (defaultVersion === undefined) throw noVersion(asked);
  call.hands.put({ ...template, outputs: { ...template.outputs, defaultVersion } });
  return { launchTemplate: { launchTemplateId: template.id, defaultVersionNumber: defaultVersion } };
});

const deleteVersions = ec2Change("DeleteLaunchTemplateVersions", named("delete"), (input, call) => {
  const template = templateOf(input, call);
  const isDefault = (version: string): boolean =>
    Number(version) === numberOf(template.outputs, "defaultVersion");
  const asked = listOfForm(input, "LaunchTemplateVersion");
  const gone = asked.filter((version) => !isDefault(version));
  for (const version of gone) call.hands.remove(versionType, `${template.id}:${version}`);
  const newest = versionsOf(template.id, call.hands).at(-1);
  const number = numberOf(newest?.inputs ?? {}, "version");
  if (newest !== undefined && number !== undefined) {
    const { imageId = "" } = recordOf(newest.inputs, "data");
    call.hands.put(withNewest(template, { imageId }, number));
  }
  return {
    successfullyDeletedLaunchTemplateVersionSet: gone.map((version) => ({
      launchTemplateId: template.id,
      versionNumber: Number(version),
    })),
    unsuccessfullyDeletedLaunchTemplateVersionSet: asked.filter(isDefault).map((version) => ({
      launchTemplateId: template.id,
      versionNumber: Number(version),
      responseError: {
        code: "unexpectedError",
        message: "Cannot delete the default version of a launch template.",
      },
    })),
  };
});

export const templateOperations: Readonly<Record<string, QueryOperation>> = {
  CreateLaunchTemplateVersion: createVersion,
  ModifyLaunchTemplate: modifyTemplate,
  DeleteLaunchTemplateVersions: deleteVersions,
};
