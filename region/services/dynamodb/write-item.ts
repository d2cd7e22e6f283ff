/** PutItem, UpdateItem and DeleteItem: one prepared write each, made at once. */
import { AwsError } from '../../errors.ts';
import type { Item } from './attribute-value.ts';
import { validationError } from './errors.ts';
import { project } from './expression/project.ts';
import {
  checkMembers,
  type DeleteItemInput,
  type PutItemInput,
  type ReturnValues,
  type UpdateItemInput,
  type WriteInput,
} from './inputs.ts';
import { type PreparedWrite, prepareDelete, preparePut, prepareUpdate } from './prepare-write.ts';
import { type Capacity, capacityMember, type DynamoStore } from './store.ts';
import type { Change } from './table.ts';

export interface WriteOutput {
  /** Shared with the store: not to be written to. */
  readonly Attributes?: Item;
  readonly ConsumedCapacity?: Capacity;
}

function evaluateOrCount(store: DynamoStore, write: PreparedWrite): Change {
  try {
    return write.evaluate();
  } catch (error) {
    if (error instanceof AwsError && error.name === 'ConditionalCheckFailedException') {
      const size = write.table.find(write.key)?.value.size ?? 0;
      store.countWrite(Math.max(1, Math.ceil(size / 1024)));
    }
    throw error;
  }
}

function returned(
  wanted: ReturnValues,
  write: PreparedWrite,
  before: Item | undefined,
  after: Item | undefined,
): Item | undefined {
  switch (wanted) {
    case 'NONE':
      return undefined;
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return before === undefined ? undefined : nonEmpty(project(before, write.paths));
    case 'UPDATED_NEW':
      return after === undefined ? undefined : nonEmpty(project(after, write.paths));
  }
}

function nonEmpty(item: Item): Item | undefined {
  for (const _ in item) return item;
  return undefined;
}

function make(store: DynamoStore, input: WriteInput, write: PreparedWrite): WriteOutput {
  const change = evaluateOrCount(store, write);
  const before = change.entry?.value.item;
  const units = write.table.commit(change, store.ports.clock.now());
  store.countWrite(units);
  const attributes = returned(input.ReturnValues ?? 'NONE', write, before, change.after);
  return {
    ...(attributes === undefined ? {} : { Attributes: attributes }),
    ...capacityMember(input, write.table.definition.name, units),
  };
}

function checkReturnValues(input: WriteInput): void {
  const wanted = input.ReturnValues;
  if (wanted === undefined || wanted === 'NONE' || wanted === 'ALL_OLD') return;
  throw validationError('Return values set to invalid value');
}

export function putItem(store: DynamoStore, input: PutItemInput): WriteOutput {
  checkMembers('PutItem', input);
  checkReturnValues(input);
  return make(store, input, preparePut(store, input));
}

export function deleteItem(store: DynamoStore, input: DeleteItemInput): WriteOutput {
  checkMembers('DeleteItem', input);
  checkReturnValues(input);
  return make(store, input, prepareDelete(store, input));
}

export function updateItem(store: DynamoStore, input: UpdateItemInput): WriteOutput {
  checkMembers('UpdateItem', input);
  return make(store, input, prepareUpdate(store, input));
}
