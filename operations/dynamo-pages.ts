/** DynamoDB answers in pages of a megabyte and takes keys by the hundred; here they are put together. */
import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';

type Item = Record<string, unknown>;

/** Every page of a query. */
export async function queryAll(documents: DynamoDBDocumentClient, input: QueryCommandInput): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new QueryCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    items.push(...Items);
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** The pages of a scan, one after the other. */
export async function* scanPages(documents: DynamoDBDocumentClient, input: ScanCommandInput): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await documents.send(
      new ScanCommand({ ...input, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
    );
    yield Items;
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

/** Every page of a scan. */
export async function scanAll(documents: DynamoDBDocumentClient, input: ScanCommandInput): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of scanPages(documents, input)) items.push(...page);
  return items;
}

/** Keys that one BatchGetItem takes. */
const BATCH_GET_KEYS = 100;

/** The items of these keys, in no particular order; a key without an item is missing. Keys must differ. */
export async function batchGetAll(
  documents: DynamoDBDocumentClient,
  table: string,
  keys: readonly Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < keys.length; from += BATCH_GET_KEYS) {
    let rest: Item[] = keys.slice(from, from + BATCH_GET_KEYS);
    while (rest.length > 0) {
      const answer: BatchGetCommandOutput = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: rest, ConsistentRead: true } } }),
      );
      items.push(...(answer.Responses?.[table] ?? []));
      rest = (answer.UnprocessedKeys?.[table]?.Keys ?? []) as Item[];
    }
  }
  return items;
}
