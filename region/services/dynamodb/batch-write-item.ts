/** BatchWriteItem: up to 25 unconditional puts and deletes. */
import { validationError } from './errors.ts';
import { type BatchWriteItemInput, checkMembers } from './inputs.ts';
import { type PreparedWrite, prepareDelete, preparePut } from './prepare-write.ts';
import { capacityList, type DynamoStore } from './store.ts';

const MAX_WRITES = 25;

function prepare(store: DynamoStore, input: BatchWriteItemInput): readonly PreparedWrite[] {
  const writes: PreparedWrite[] = [];
  const seen = new Set<string>();
  for (const [TableName, requests] of Object.entries(input.RequestItems)) {
    for (const { PutRequest, DeleteRequest } of requests) {
      if ((PutRequest === undefined) === (DeleteRequest === undefined)) {
        throw validationError(`A write request of ${TableName} must have one of PutRequest and DeleteRequest`);
      }
      const write =
        PutRequest === undefined
          ? prepareDelete(store, { TableName, Key: DeleteRequest?.Key ?? {} })
          : preparePut(store, { TableName, Item: PutRequest.Item });
      const identity = `${TableName}\u0000${write.key.partition}\u0000${write.key.sort}`;
      if (seen.has(identity)) throw validationError('Provided list of item keys contains duplicates');
      seen.add(identity);
      writes.push(write);
    }
  }
  return writes;
}

export function batchWriteItem(store: DynamoStore, input: BatchWriteItemInput): object {
  checkMembers('BatchWriteItem', input);
  const count = Object.values(input.RequestItems).reduce((sum, requests) => sum + requests.length, 0);
  if (count === 0 || count > MAX_WRITES) {
    throw validationError(
      `1 validation error detected: Value at 'requestItems' failed to satisfy constraint: ` +
        `Map value must satisfy constraint: [Member must have length less than or equal to ${MAX_WRITES}, ` +
        `Member must have length greater than or equal to 1]; it has ${count}`,
    );
  }
  const units = new Map<string, number>();
  for (const [write, change] of prepare(store, input).map((write) => [write, write.evaluate()] as const)) {
    const taken = write.table.commit(change, store.ports.clock.now());
    store.countWrite(taken);
    const { name } = write.table.definition;
    units.set(name, (units.get(name) ?? 0) + taken);
  }
  return { UnprocessedItems: {}, ...capacityList(input, units) };
}
