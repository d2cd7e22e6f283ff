/**
 * A document client over tables in memory, for the unit tests of functions: conditions and updates are parsed and
 * evaluated as the region's DynamoDB does it, so that a wrong expression fails here. Indexes are queries over all items
 * that have the index's key.
 */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item as StoredItem } from '../../../region/services/dynamodb/attribute-value.ts';
import { applyUpdate } from '../../../region/services/dynamodb/expression/apply-update.ts';
import { Bindings } from '../../../region/services/dynamodb/expression/bindings.ts';
import { meets } from '../../../region/services/dynamodb/expression/evaluate-condition.ts';
import {
  conditionExpression,
  filterExpression,
  keyConditionExpression,
  updateExpression,
} from '../../../region/services/dynamodb/expression/parse.ts';

type Document = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: the inputs of seven commands, each checked by its own client type
type Input = Record<string, any>;

const stored = (document: Document): StoredItem => marshall(document, { removeUndefinedValues: true }) as StoredItem;
const document = (item: StoredItem): Document => unmarshall(item as Parameters<typeof unmarshall>[0]);

export class DocumentTables {
  readonly client: DynamoDBDocumentClient;
  /** Names of the commands that were sent, in order. */
  readonly sent: string[] = [];
  readonly #keys: Readonly<Record<string, readonly [string, string]>>;
  readonly #tables = new Map<string, Map<string, StoredItem>>();

  /** @param keys names of partition and sort key by table */
  constructor(keys: Readonly<Record<string, readonly [string, string]>>) {
    this.#keys = keys;
    for (const table of Object.keys(keys)) this.#tables.set(table, new Map());
    this.client = {
      send: async (command: { constructor: { name: string }; input: Input }) => this.#answer(command),
    } as unknown as DynamoDBDocumentClient;
  }

  put(table: string, ...documents: object[]): void {
    for (const each of documents) this.#rows(table).set(this.#keyOf(table, each as Document), stored(each as Document));
  }

  get(table: string, partition: string, sort: string): Document | undefined {
    const item = this.#rows(table).get(JSON.stringify([partition, sort]));
    return item === undefined ? undefined : document(item);
  }

  all(table: string): Document[] {
    return [...this.#rows(table).values()].map(document);
  }

  #rows(table: string): Map<string, StoredItem> {
    const rows = this.#tables.get(table);
    if (rows === undefined) throw new Error(`Table ${table} is unknown to this test: name it with its keys.`);
    return rows;
  }

  #keyOf(table: string, of: Document): string {
    const [partition, sort] = this.#keys[table] ?? ['pk', 'sk'];
    return JSON.stringify([of[partition], of[sort]]);
  }

  #bindings(input: Input, texts: readonly (string | undefined)[]): Bindings {
    const kinds = [conditionExpression, updateExpression, keyConditionExpression, filterExpression];
    const parsed = texts.flatMap((text, index) => (text === undefined ? [] : [kinds[index]?.(text) as never]));
    const values = input['ExpressionAttributeValues'];
    return new Bindings(
      {
        ExpressionAttributeNames: input['ExpressionAttributeNames'],
        ExpressionAttributeValues: values === undefined ? undefined : stored(values),
      },
      parsed,
      'none',
    );
  }

  #answer({ constructor: { name }, input }: { constructor: { name: string }; input: Input }): unknown {
    this.sent.push(name);
    switch (name) {
      case 'GetCommand':
        return { Item: this.#copy(input['TableName'], input['Key']) };
      case 'PutCommand':
      case 'UpdateCommand':
      case 'DeleteCommand':
        return this.#write(name, input);
      case 'QueryCommand':
        return { Items: this.#query(input) };
      case 'BatchGetCommand':
        return { Responses: this.#batchGet(input), UnprocessedKeys: {} };
      default:
        throw new Error(`${name} is not served by these tables: add it, or use another command.`);
    }
  }

  #copy(table: string, key: Document): Document | undefined {
    const item = this.#rows(table).get(this.#keyOf(table, key));
    return item === undefined ? undefined : document(item);
  }

  #write(name: string, input: Input): unknown {
    const table: string = input['TableName'];
    const rows = this.#rows(table);
    const key: Document = input['Key'] ?? input['Item'];
    const id = this.#keyOf(table, key);
    const before = rows.get(id);
    const { ConditionExpression: condition, UpdateExpression: update } = input;
    const bindings = this.#bindings(input, [condition, update]);
    if (condition !== undefined && !meets(conditionExpression(condition).tree, bindings, before)) {
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
    }
    if (name === 'DeleteCommand') rows.delete(id);
    else if (name === 'PutCommand') rows.set(id, stored(input['Item']));
    else rows.set(id, applyUpdate(updateExpression(update).tree, bindings, before ?? stored(key)));
    const after = rows.get(id);
    return input['ReturnValues'] === 'ALL_NEW' && after !== undefined ? { Attributes: document(after) } : {};
  }

  #query(input: Input): Document[] {
    const table: string = input['TableName'];
    const { KeyConditionExpression: key, FilterExpression: filter } = input;
    const bindings = this.#bindings(input, [undefined, undefined, key, filter]);
    const found = [...this.#rows(table).entries()].filter(
      ([, item]) =>
        meets(keyConditionExpression(key).tree, bindings, item) &&
        (filter === undefined || meets(filterExpression(filter).tree, bindings, item)),
    );
    return found.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, item]) => document(item));
  }

  #batchGet(input: Input): Record<string, Document[]> {
    return Object.fromEntries(
      Object.entries(input['RequestItems'] as Record<string, { Keys: Document[] }>).map(([table, { Keys }]) => [
        table,
        Keys.flatMap((key): Document[] => {
          const found = this.#copy(table, key);
          return found === undefined ? [] : [found];
        }),
      ]),
    );
  }
}
