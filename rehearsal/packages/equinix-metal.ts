import { deviceType, entries } from "../catalogue/entries/equinix-metal/equinix-metal";
import type { CloudMethod } from "../cloud/log";
import { CloudError } from "../interpreter/cloud-error";
import type { CloudView, Refusal } from "../interpreter/entry";
import type { PackageModel } from "../interpreter/package-model";
import { textOf, type Values } from "../interpreter/values";
import { plainProvider, unknownFunction } from "./plain";

/** Equinix Metal: one account, ids are UUIDs. */
export const equinixMetalProvider: PackageModel<null> = {
  ...plainProvider("equinix-metal", entries),
  explain: ({ message }: Refusal, method: CloudMethod) =>
    `1 error occurred:\n\t* error on ${method}: ${message}\n\n`,
  invoke: (token, args, _config, cloud) =>
    token === "equinix-metal:index/getDevice:getDevice" ? getDevice(args, cloud) : unknownFunction(token),
};

/** By its id, or by project and name. Words are those of the provider's data source. */
function getDevice(args: Values, cloud: CloudView): Values {
  const [deviceId, hostname] = [textOf(args, "deviceId"), textOf(args, "hostname")];
  if (deviceId === "" && hostname === "") throw failed("You must supply device_id or hostname");
  const projectId = textOf(args, "projectId");
  if (deviceId === "" && projectId === "") {
    throw failed("If you lookup via hostname, you must supply project_id");
  }
  const devices = cloud
    .ofType(deviceType)
    .filter((device) =>
      deviceId === ""
        ? textOf(device.inputs, "projectId") === projectId && textOf(device.inputs, "hostname") === hostname
        : device.id === deviceId,
    );
  const [device] = devices;
  if (device === undefined) {
    throw failed(deviceId === "" ? `no device found with hostname ${hostname}` : "Not found");
  }
  if (devices.length > 1) {
    throw failed(
      `too many devices found with hostname ${hostname} (found ${String(devices.length)}, expected 1)`,
    );
  }
  const { sshKeyIds, rootPassword, ...known } = { ...device.inputs, ...device.outputs };
  return {
    ...known,
    sshKeyIds: sshKeyIds ?? [],
    rootPassword: rootPassword ?? "",
    id: device.id,
    deviceId: device.id,
    facility: textOf(device.outputs, "deployedFacility"),
  };
}

function failed(message: string): CloudError {
  return new CloudError("Failed", `1 error occurred:\n\t* ${message}\n\n`);
}
