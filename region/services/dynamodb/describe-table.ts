/** DescribeTable and ListTables. */
import { checkMembers } from './inputs.ts';
import type { IndexSchema, KeySchema } from './key-schema.ts';
import type { DynamoStore } from './store.ts';
import type { Table } from './table.ts';

function keyElements(schema: KeySchema): readonly object[] {
  const hash = { AttributeName: schema.hash.name, KeyType: 'HASH' };
  return schema.range === undefined ? [hash] : [hash, { AttributeName: schema.range.name, KeyType: 'RANGE' }];
}

function projection(index: IndexSchema, table: KeySchema): object {
  if (index.projection === 'ALL') return { ProjectionType: 'ALL' };
  const keys = new Set([table.hash.name, table.range?.name, index.key.hash.name, index.key.range?.name]);
  const others = [...index.projection].filter((name) => !keys.has(name));
  if (others.length === 0) return { ProjectionType: 'KEYS_ONLY' };
  return { ProjectionType: 'INCLUDE', NonKeyAttributes: others };
}

function indexDescriptions(table: Table, isLocal: boolean): readonly object[] {
  return table.indexes
    .filter(({ schema }) => schema.isLocal === isLocal)
    .map(({ schema, places }) => ({
      IndexName: schema.name,
      IndexArn: schema.arn,
      KeySchema: keyElements(schema.key),
      Projection: projection(schema, table.definition.key),
      ItemCount: places.count,
      ...(isLocal ? {} : { IndexStatus: 'ACTIVE' }),
    }));
}

export function describeTable(store: DynamoStore, input: { readonly TableName: string }): object {
  checkMembers('DescribeTable', input);
  const table = store.table(input.TableName);
  const { definition, stream } = table;
  const schemas = [definition.key, ...definition.indexes.map((index) => index.key)];
  const attributes = new Map(
    schemas.flatMap(({ hash, range }) => (range === undefined ? [hash] : [hash, range])).map((a) => [a.name, a.type]),
  );
  const globals = indexDescriptions(table, false);
  const locals = indexDescriptions(table, true);
  let bytes = 0;
  for (const { value } of table.rows.scan(0, 1)) bytes += value.size;
  return {
    Table: {
      TableName: definition.name,
      TableArn: definition.arn,
      TableStatus: 'ACTIVE',
      CreationDateTime: new Date(definition.createdAtMs),
      KeySchema: keyElements(definition.key),
      AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      ItemCount: table.rows.count,
      TableSizeBytes: bytes,
      BillingModeSummary: { BillingMode: definition.billingMode },
      ...(globals.length === 0 ? {} : { GlobalSecondaryIndexes: globals }),
      ...(locals.length === 0 ? {} : { LocalSecondaryIndexes: locals }),
      ...(stream === undefined
        ? {}
        : {
            StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
            LatestStreamArn: stream.arn,
            LatestStreamLabel: stream.arn.slice(stream.arn.lastIndexOf('/') + 1),
          }),
    },
  };
}

/** Names in order, at most 100 a page. */
export function listTables(
  store: DynamoStore,
  input: { readonly ExclusiveStartTableName?: string; readonly Limit?: number },
): object {
  checkMembers('ListTables', input);
  const start = input.ExclusiveStartTableName;
  const names = store.names().filter((name) => start === undefined || name > start);
  const page = names.slice(0, input.Limit ?? 100);
  return { TableNames: page, ...(page.length < names.length ? { LastEvaluatedTableName: page.at(-1) } : {}) };
}
