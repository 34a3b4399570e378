import { parameterType } from "../catalogue/entries/aws/ssm";
import type { CloudRecord } from "../cloud/store";
import { numberOf, textOf } from "../interpreter/values";
import { publicParameter } from "../packages/aws/images";
import { ApiError, callOf, carryOut, readOf, type ApiCall, type Operation } from "./call";

// What is checked, and in which words: the AWS Systems Manager API reference.

interface Described {
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
  readonly LastModifiedDate: number;
  readonly ARN: string;
  readonly DataType: string;
}

function described({ id, outputs, createdAt }: CloudRecord, call: ApiCall): Described {
  return {
    Name: id,
    Type: textOf(outputs, "type") || "String",
    Value: textOf(outputs, "value"),
    Version: numberOf(outputs, "version") ?? 1,
    LastModifiedDate: Date.parse(createdAt) / 1000,
    ARN: textOf(outputs, "arn") || arnOf(id, call),
    DataType: textOf(outputs, "dataType") || "text",
  };
}

function arnOf(name: string, { account, region }: ApiCall): string {
  return `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, "")}`;
}

const notFound = (name: string): ApiError =>
  new ApiError("ParameterNotFound", `Parameter ${name} not found.`);

const getParameter: Operation<{ readonly Name: string }, unknown> = ({ Name: name }, call) =>
  carryOut(call, readOf("ssm", "GetParameter"), () => {
    const published = publicParameter(name, call);
    if (published !== undefined) {
      const { arn, type, value, version } = published;
      return {
        Parameter: { Name: name, Type: type, Value: value, Version: version, ARN: arn, DataType: "text" },
      };
    }
    // By its name, or its ARN, which has one slash before a name that begins with none too.
    const found =
      call.hands.find(parameterType, name) ??
      call.hands.ofType(parameterType).find((record) => described(record, call).ARN === name);
    if (!found) throw notFound(name);
    return { Parameter: described(found, call) };
  });

interface PutParameterInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: string;
  readonly Description?: string;
  readonly Overwrite?: boolean;
}

/** Standard parameters hold this many characters. */
const valueLimit = 4096;

const putParameter: Operation<PutParameterInput, unknown> = (input, call) => {
  const { Name: name, Value: value, Type: type = "String", Description: description = "" } = input;
  const there = call.hands.find(parameterType, name);
  return carryOut(
    call,
    callOf(there === undefined ? "create" : "update", parameterType, there?.name ?? name, name),
    () => {
      if (!/^\/?[a-zA-Z0-9_.-]+(\/[a-zA-Z0-9_.-]+)*$/.test(name) || /^\/?(aws|ssm)/i.test(name)) {
        throw new ApiError(
          "ValidationException",
          `Parameter name: can't be prefixed with "ssm" or "aws" (case-insensitive), and takes letters, digits and _.-/: ${name}`,
        );
      }
      if (value === "" || value.length > valueLimit) {
        throw new ApiError(
          "ValidationException",
          `Standard tier parameters support a maximum parameter value of ${String(valueLimit)} characters.`,
        );
      }
      if (there !== undefined && input.Overwrite !== true) {
        throw new ApiError(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      }
      const version = (numberOf(there?.outputs ?? {}, "version") ?? 0) + 1;
      const values = {
        ...there?.outputs,
        name,
        type,
        value,
        insecureValue: type === "SecureString" ? "" : value,
        version,
        arn: arnOf(name, call),
        dataType: "text",
        tier: "Standard",
      };
      call.hands.put({
        type: parameterType,
        id: name,
        name: there?.name ?? name,
        inputs: there?.inputs ?? { name, type, description },
        outputs: values,
      });
      return { Version: version, Tier: "Standard" };
    },
  );
};

const deleteParameter: Operation<{ readonly Name: string }, unknown> = ({ Name: name }, call) =>
  carryOut(call, callOf("delete", parameterType, name, name), () => {
    if (!call.hands.find(parameterType, name)) throw notFound(name);
    call.hands.remove(parameterType, name);
    return {};
  });

export const ssmOperations = {
  GetParameter: getParameter,
  PutParameter: putParameter,
  DeleteParameter: deleteParameter,
} as const;
