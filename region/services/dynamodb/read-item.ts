/** GetItem, BatchGetItem and TransactGetItems. Items are handed out as they are stored: not to be written to. */
import type { Item } from './attribute-value.ts';
import { validationError } from './errors.ts';
import { Bindings, type PlaceholderInput } from './expression/bindings.ts';
import { checkDisjoint } from './expression/document-path.ts';
import { projectionExpression } from './expression/parse.ts';
import { project } from './expression/project.ts';
import { type BatchGetItemInput, checkMembers, type GetItemInput, type TransactGetItemsInput } from './inputs.ts';
import { keyFromInput } from './key-schema.ts';
import { type Capacity, capacityList, capacityMember, type DynamoStore } from './store.ts';
import type { Row } from './table.ts';

const BATCH_KEYS = 100;
const BATCH_BYTES = 16 * 1024 * 1024;

/** How a request wants items cut: `undefined` for whole ones. */
function projector(
  input: PlaceholderInput & { readonly ProjectionExpression?: string | undefined },
): ((item: Item) => Item) | undefined {
  const text = input.ProjectionExpression;
  const parsed = text === undefined ? undefined : projectionExpression(text);
  if (parsed === undefined && input.ExpressionAttributeNames === undefined) return undefined;
  const bindings = new Bindings(input, parsed === undefined ? [] : [parsed], 'ProjectionExpression is null');
  const paths = (parsed?.tree ?? []).map((path) => bindings.steps(path));
  checkDisjoint(paths, 'ProjectionExpression', 'must remove or rewrite one of these paths');
  return (item) => project(item, paths);
}

export function getItem(
  store: DynamoStore,
  input: GetItemInput,
): { readonly Item?: Item; readonly ConsumedCapacity?: Capacity } {
  checkMembers('GetItem', input);
  const table = store.table(input.TableName);
  const cut = projector(input);
  const row: Row | undefined = table.find(keyFromInput(table.definition.key, input.Key))?.value;
  const units = store.countRead(row?.size ?? 0, input.ConsistentRead === true ? 1 : 0.5);
  return {
    ...(row === undefined ? {} : { Item: cut === undefined ? row.item : cut(row.item) }),
    ...capacityMember(input, table.definition.name, units),
  };
}

export function batchGetItem(store: DynamoStore, input: BatchGetItemInput): object {
  checkMembers('BatchGetItem', input);
  const requests = Object.entries(input.RequestItems);
  const count = requests.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
  if (count > BATCH_KEYS) throw validationError('Too many items requested for the BatchGetItem call');
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, object> = {};
  const units = new Map<string, number>();
  let bytes = 0;
  for (const [name, request] of requests) {
    const table = store.table(name);
    const cut = projector(request);
    const keys = request.Keys.map((key) => keyFromInput(table.definition.key, key));
    if (new Set(keys.map((key) => `${key.partition}\u0000${key.sort}`)).size !== keys.length) {
      throw validationError('Provided list of item keys contains duplicates');
    }
    const found: Item[] = [];
    responses[name] = found;
    for (const [position, key] of keys.entries()) {
      const row = table.find(key)?.value;
      if (bytes + (row?.size ?? 0) > BATCH_BYTES) {
        unprocessed[name] = { ...request, Keys: request.Keys.slice(position) };
        break;
      }
      bytes += row?.size ?? 0;
      const read = store.countRead(row?.size ?? 0, request.ConsistentRead === true ? 1 : 0.5);
      units.set(name, (units.get(name) ?? 0) + read);
      if (row !== undefined) found.push(cut === undefined ? row.item : cut(row.item));
    }
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ...capacityList(input, units) };
}

export function transactGetItems(store: DynamoStore, input: TransactGetItemsInput): object {
  checkMembers('TransactGetItems', input);
  if (input.TransactItems.length === 0 || input.TransactItems.length > BATCH_KEYS) {
    throw validationError(
      `TransactItems has ${input.TransactItems.length} elements: a transaction takes 1 to ${BATCH_KEYS}`,
    );
  }
  const units = new Map<string, number>();
  const Responses = input.TransactItems.map(({ Get }) => {
    const table = store.table(Get.TableName);
    const cut = projector(Get);
    const row = table.find(keyFromInput(table.definition.key, Get.Key))?.value;
    const { name } = table.definition;
    units.set(name, (units.get(name) ?? 0) + store.countRead(row?.size ?? 0, 2));
    if (row === undefined) return {};
    return { Item: cut === undefined ? row.item : cut(row.item) };
  });
  return { Responses, ...capacityList(input, units) };
}
