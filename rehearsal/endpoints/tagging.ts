import { recordOf, textOf } from "../interpreter/values";
import { ApiError, carryOut, readOf, type Operation } from "./call";

interface GetResourcesInput {
  readonly TagFilters?: readonly { readonly Key?: string; readonly Values?: readonly string[] }[];
  /** `service` or `service:type`, as ARNs have them. */
  readonly ResourceTypeFilters?: readonly string[];
  readonly ResourcesPerPage?: number;
  readonly PaginationToken?: string;
}

/** The service's own limit on one page. */
const mostPerPage = 100;

/** Where records have their ARN. */
const arnProperties = ["arn", "dbSnapshotArn", "dbClusterSnapshotArn"];

/** Tagged, and not in the index. Source: Resource Groups user guide, Resource types that work with Resource Groups and Tag Editor (IAM). */
const unindexed: ReadonlySet<string> = new Set(["aws:iam/role:Role", "aws:iam/user:User"]);

/**
 * Resources by their tags, page by page; unlike the service's, the answer is never behind. What the service still shows of something
 * deleted is a file of `cloud/` of type `aws:tag/shown:Shown` with `arn` and `tags`.
 */
const getResources: Operation<GetResourcesInput, unknown> = (input, call) => {
  const { TagFilters: wanted = [], ResourceTypeFilters: types = [], ResourcesPerPage: size = 50 } = input;
  if (size < 1 || size > mostPerPage) {
    throw new ApiError("InvalidParameterException", "ResourcesPerPage must be between 1 and 100.");
  }
  const from = Number(input.PaginationToken ?? "0") || 0;
  return carryOut(call, readOf("tagging", "GetResources"), () => {
    const found = call.hands
      .inPlace()
      .filter(({ type }) => !unindexed.has(type))
      .map(({ outputs }) => ({
        arn: arnProperties.map((property) => textOf(outputs, property)).find((arn) => arn !== "") ?? "",
        tags: { ...recordOf(outputs, "tags"), ...recordOf(outputs, "tagsAll") },
      }))
      .filter(({ arn }) => arn !== "" && (types.length === 0 || types.some((type) => isOfType(arn, type))))
      .filter(({ tags }) =>
        wanted.every(({ Key: key = "", Values: values = [] }) => {
          const value = tags[key];
          return typeof value === "string" && (values.length === 0 || values.includes(value));
        }),
      );
    const end = from + size;
    return {
      PaginationToken: end < found.length ? String(end) : "",
      ResourceTagMappingList: found.slice(from, end).map(({ arn, tags }) => ({
        ResourceARN: arn,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  });
};

function isOfType(arn: string, filter: string): boolean {
  const [service = "", type] = filter.split(":");
  const parts = arn.split(":");
  return parts[2] === service && (type === undefined || (parts[5] ?? "").split("/")[0] === type);
}

export const taggingOperations = { GetResources: getResources };
