import type { Draft } from "../draft";
import type { Path } from "../problem";
import type { TableSettings } from "../sections/reports";
import { finding, type Rule, type RuleInput } from "./rule";

/** DynamoDB's limit on a table's name. */
const tableNameLength = { min: 3, max: 255 };
/** DynamoDB's default quota of global secondary indexes a table. */
const mostIndexes = 20;

const thereIsATable: Rule = function* ({ reports }) {
  if (reports?.tables !== undefined && Object.keys(reports.tables).length === 0) {
    yield finding("reports", ["tables"], {
      message: "found an empty mapping",
      allowed: "one table or more; leave the key out for the table `reports`",
    });
  }
};

const tableNamesFit: Rule = function* ({ reports, stack }) {
  for (const key of Object.keys(reports?.tables ?? {})) {
    const name = `${stack}_${key}`;
    if (name.length < tableNameLength.min || name.length > tableNameLength.max) {
      yield finding("reports", ["tables", key], {
        message: `the table's name ${JSON.stringify(name)} has ${name.length} characters`,
        allowed: `names of ${tableNameLength.min} to ${tableNameLength.max} characters, the stack's name included`,
        aboutKey: true,
      });
    }
  }
};

const rangeKeyDiffersFromHashKey: Rule = function* (input) {
  for (const { path, hashKey, rangeKey } of keySchemas(input)) {
    if (hashKey?.name !== undefined && hashKey.name === rangeKey?.name) {
      yield finding("reports", [...path, "rangeKey", "name"], {
        message: `${JSON.stringify(rangeKey.name)} is the hash key already`,
        allowed: "an attribute other than the hash key's",
      });
    }
  }
};

/** DynamoDB declares an attribute once a table, however many indexes use it. */
const attributesHaveOneType: Rule = function* (input) {
  for (const [key, table] of tablesOf(input)) {
    const types = new Map<string, string>();
    for (const { attribute, path } of attributesOf(key, table)) {
      const { name, type } = attribute;
      if (name === undefined || type === undefined) {
        continue;
      }
      const first = types.get(name) ?? type;
      types.set(name, first);
      if (first !== type) {
        yield finding("reports", [...path, "type"], {
          message: `attribute ${JSON.stringify(name)} is ${type} here and ${first} elsewhere in the table`,
          allowed: `${JSON.stringify(first)}: an attribute has one type in a table and its indexes`,
        });
      }
    }
  }
};

const indexesAreWithinTheQuota: Rule = function* (input) {
  for (const [key, table] of tablesOf(input)) {
    const count = Object.keys(table.globalSecondaryIndexes ?? {}).length;
    if (count > mostIndexes) {
      yield finding("reports", ["tables", key, "globalSecondaryIndexes"], {
        message: `${count} indexes`,
        allowed: `up to ${mostIndexes}, DynamoDB's quota`,
      });
    }
  }
};

const expiryIsANumber: Rule = function* (input) {
  for (const [key, table] of tablesOf(input)) {
    const used = [...attributesOf(key, table)].find(({ attribute }) => attribute.name === table.ttlAttribute);
    if (
      table.ttlAttribute !== undefined &&
      used?.attribute.type !== undefined &&
      used.attribute.type !== "N"
    ) {
      yield finding("reports", ["tables", key, "ttlAttribute"], {
        message: `${JSON.stringify(table.ttlAttribute)} is a key attribute of type ${used.attribute.type}`,
        allowed: "an attribute of type N (epoch seconds), or one that is no key",
      });
    }
  }
};

const scalingRangesAreRanges: Rule = function* (input) {
  for (const [key, { billing }] of tablesOf(input)) {
    if (billing?.mode !== "provisioned") {
      continue;
    }
    for (const direction of ["read", "write"] as const) {
      const { min, max } = billing[direction] ?? {};
      if (min !== undefined && max !== undefined && min > max) {
        yield finding("reports", ["tables", key, "billing", direction], {
          message: `min ${min} is more than max ${max}`,
          allowed: "min no more than max",
        });
      }
    }
  }
};

/** The units of an index would have to scale too, and what scales cannot be told from what was changed by hand. */
const indexesPayByRequest: Rule = function* (input) {
  for (const [key, { billing, globalSecondaryIndexes }] of tablesOf(input)) {
    if (billing?.mode === "provisioned" && Object.keys(globalSecondaryIndexes ?? {}).length > 0) {
      yield finding("reports", ["tables", key, "billing", "mode"], {
        message: 'found "provisioned" for a table with globalSecondaryIndexes',
        allowed: '"onDemand" where there are indexes: the units of an index are not scaled',
      });
    }
  }
};

const objectsExpireAfterTheirMove: Rule = function* ({ reports }) {
  const { infrequentAccessAfterDays, expireAfterDays } = reports?.bucket?.lifecycle ?? {};
  if (
    infrequentAccessAfterDays !== undefined &&
    expireAfterDays !== undefined &&
    expireAfterDays <= infrequentAccessAfterDays
  ) {
    yield finding("reports", ["bucket", "lifecycle", "expireAfterDays"], {
      message: `found ${expireAfterDays}, with infrequentAccessAfterDays ${infrequentAccessAfterDays}`,
      allowed: `more than ${infrequentAccessAfterDays}: S3 expires objects only after it has moved them`,
    });
  }
};

export const reportsRules: readonly Rule[] = [
  thereIsATable,
  tableNamesFit,
  rangeKeyDiffersFromHashKey,
  attributesHaveOneType,
  indexesAreWithinTheQuota,
  expiryIsANumber,
  scalingRangesAreRanges,
  indexesPayByRequest,
  objectsExpireAfterTheirMove,
];

type Table = Draft<TableSettings>;
type Attribute = NonNullable<Table["hashKey"]>;

interface KeySchema {
  readonly path: Path;
  readonly hashKey: Attribute | undefined;
  readonly rangeKey: Attribute | undefined;
}

function tablesOf({ reports }: RuleInput): readonly (readonly [string, Table])[] {
  return Object.entries(reports?.tables ?? {}).flatMap(([key, table]) =>
    table === undefined ? [] : [[key, table] as const],
  );
}

/** The table's own keys first, then each index's. */
function* tableKeySchemas(key: string, table: Table): Iterable<KeySchema> {
  const path = ["tables", key];
  yield { path, hashKey: table.hashKey, rangeKey: table.rangeKey };
  for (const [name, index] of Object.entries(table.globalSecondaryIndexes ?? {})) {
    yield {
      path: [...path, "globalSecondaryIndexes", name],
      hashKey: index?.hashKey,
      rangeKey: index?.rangeKey,
    };
  }
}

function* keySchemas(input: RuleInput): Iterable<KeySchema> {
  for (const [key, table] of tablesOf(input)) {
    yield* tableKeySchemas(key, table);
  }
}

function* attributesOf(
  key: string,
  table: Table,
): Iterable<{ readonly attribute: Attribute; readonly path: Path }> {
  for (const { path, hashKey, rangeKey } of tableKeySchemas(key, table)) {
    if (hashKey !== undefined) {
      yield { attribute: hashKey, path: [...path, "hashKey"] };
    }
    if (rangeKey !== undefined) {
      yield { attribute: rangeKey, path: [...path, "rangeKey"] };
    }
  }
}
