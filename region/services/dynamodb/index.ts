/**
 * Amazon DynamoDB: tables with indexes, expressions, transactions, time to live and change streams. Every operation is
 * synchronous. Items in outputs are the stored ones, shared and immutable: callers read them and never write to them.
 */
import { UnknownToRegionError } from '../../errors.ts';
import type { StreamSource } from '../../event-source.ts';
import type { RegionPorts, Service } from '../../service.ts';
import type { Item } from './attribute-value.ts';
import { batchWriteItem } from './batch-write-item.ts';
import { describeTable, listTables } from './describe-table.ts';
import type {
  BatchGetItemInput,
  BatchWriteItemInput,
  DeleteItemInput,
  GetItemInput,
  PutItemInput,
  QueryInput,
  ScanInput,
  TransactGetItemsInput,
  TransactWriteItemsInput,
  UpdateItemInput,
} from './inputs.ts';
import { dynamoPermissions } from './permissions.ts';
import { batchGetItem, getItem, transactGetItems } from './read-item.ts';
import { query, scan } from './read-page.ts';
import { DynamoStore } from './store.ts';
import { tableHandlers } from './table-resource.ts';
import type { TableStream } from './table-stream.ts';
import { TransactionTokens, transactWriteItems } from './transact-write-items.ts';
import { deleteItem, putItem, updateItem } from './write-item.ts';

export interface DynamoDb extends Service {
  readonly streamSource: StreamSource;
  readonly inspect: {
    readonly tableNames: () => readonly string[];
    /** Every item of a table, in the order of a scan. */
    readonly items: (tableName: string) => readonly Item[];
  };
}

function streamSourceOf(store: DynamoStore): StreamSource {
  const streamOf = (streamArn: string): TableStream => {
    const stream = store.tableOfStream(streamArn)?.stream;
    if (stream === undefined) {
      throw new UnknownToRegionError('table stream', streamArn, 'give the table a StreamSpecification');
    }
    return stream;
  };
  return {
    shards: (streamArn) => [streamOf(streamArn).log.shardId],
    latest: (streamArn) => streamOf(streamArn).log.end(),
    read: (streamArn, _shardId, position, max, reader) => streamOf(streamArn).read(position, max, reader),
    onRecords: (streamArn, listener) => streamOf(streamArn).onRecords(listener),
  };
}

/** Meters `rru` (read request units), `wru` (write request units, those of indexes included). */
export function createDynamoDb(ports: RegionPorts): DynamoDb {
  const store = new DynamoStore(ports);
  const tokens = new TransactionTokens();
  return {
    name: 'dynamodb',
    operations: {
      GetItem: (input: GetItemInput) => getItem(store, input),
      PutItem: (input: PutItemInput) => putItem(store, input),
      UpdateItem: (input: UpdateItemInput) => updateItem(store, input),
      DeleteItem: (input: DeleteItemInput) => deleteItem(store, input),
      Query: (input: QueryInput) => query(store, input),
      Scan: (input: ScanInput) => scan(store, input),
      BatchGetItem: (input: BatchGetItemInput) => batchGetItem(store, input),
      BatchWriteItem: (input: BatchWriteItemInput) => batchWriteItem(store, input),
      TransactGetItems: (input: TransactGetItemsInput) => transactGetItems(store, input),
      TransactWriteItems: (input: TransactWriteItemsInput) => transactWriteItems(store, tokens, input),
      DescribeTable: (input: { readonly TableName: string }) => describeTable(store, input),
      ListTables: (input: { readonly ExclusiveStartTableName?: string; readonly Limit?: number }) =>
        listTables(store, input),
    },
    resources: tableHandlers(store),
    permissions: dynamoPermissions(store),
    streamSource: streamSourceOf(store),
    inspect: {
      tableNames: () => store.names(),
      items: (tableName) => [...store.table(tableName).rows.scan(0, 1)].map(({ value }) => value.item),
    },
  };
}
