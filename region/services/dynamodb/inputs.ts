/** The inputs of the operations, as the SDK gives them, limited to the members that the region honours. */
import { UnknownToRegionError } from '../../errors.ts';
import { type Members, members, refuseUnknownMembers } from '../known-members.ts';
import type { Item } from './attribute-value.ts';
import type { PlaceholderInput } from './expression/bindings.ts';

export type ReturnValues = 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';

export interface CapacityInput {
  readonly ReturnConsumedCapacity?: 'NONE' | 'TOTAL' | undefined;
}

export interface ConditionedInput extends PlaceholderInput {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD' | undefined;
}

export interface WriteInput extends ConditionedInput, CapacityInput {
  readonly ReturnValues?: ReturnValues | undefined;
}

export interface PutItemInput extends WriteInput {
  readonly Item: Item;
}

export interface DeleteItemInput extends WriteInput {
  readonly Key: Item;
}

export interface UpdateItemInput extends WriteInput {
  readonly Key: Item;
  readonly UpdateExpression?: string | undefined;
}

export interface ConditionCheckInput extends ConditionedInput {
  readonly Key: Item;
}

export interface ReadInput extends PlaceholderInput {
  readonly ProjectionExpression?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
}

export interface GetItemInput extends ReadInput, CapacityInput {
  readonly TableName: string;
  readonly Key: Item;
}

export interface PagedInput extends ReadInput, CapacityInput {
  readonly TableName: string;
  readonly IndexName?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ExclusiveStartKey?: Item | undefined;
  readonly Limit?: number | undefined;
  readonly Select?: string | undefined;
}

export interface QueryInput extends PagedInput {
  readonly KeyConditionExpression?: string | undefined;
  readonly ScanIndexForward?: boolean | undefined;
}

export interface ScanInput extends PagedInput {
  readonly Segment?: number | undefined;
  readonly TotalSegments?: number | undefined;
}

export interface BatchGetItemInput extends CapacityInput {
  readonly RequestItems: Readonly<Record<string, ReadInput & { readonly Keys: readonly Item[] }>>;
}

export interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item } | undefined;
  readonly DeleteRequest?: { readonly Key: Item } | undefined;
}

export interface BatchWriteItemInput extends CapacityInput {
  readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>;
}

export interface TransactWrite {
  readonly Put?: Omit<PutItemInput, keyof CapacityInput> | undefined;
  readonly Update?: Omit<UpdateItemInput, keyof CapacityInput> | undefined;
  readonly Delete?: Omit<DeleteItemInput, keyof CapacityInput> | undefined;
  readonly ConditionCheck?: ConditionCheckInput | undefined;
}

export interface TransactWriteItemsInput extends CapacityInput {
  readonly TransactItems: readonly TransactWrite[];
  readonly ClientRequestToken?: string | undefined;
}

export interface TransactGetItemsInput extends CapacityInput {
  readonly TransactItems: readonly {
    readonly Get: PlaceholderInput & {
      readonly TableName: string;
      readonly Key: Item;
      readonly ProjectionExpression?: string | undefined;
    };
  }[];
}

const PLACEHOLDERS = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const WRITE = [
  'TableName',
  'ConditionExpression',
  'ReturnValuesOnConditionCheckFailure',
  'ReturnConsumedCapacity',
  'ReturnValues',
  ...PLACEHOLDERS,
];
const PAGED = [
  'TableName',
  'IndexName',
  'FilterExpression',
  'ProjectionExpression',
  'ConsistentRead',
  'ExclusiveStartKey',
  'Limit',
  'Select',
  'ReturnConsumedCapacity',
  ...PLACEHOLDERS,
];

const MEMBERS: Readonly<Record<string, Members>> = {
  PutItem: members(['Item', ...WRITE]),
  DeleteItem: members(['Key', ...WRITE]),
  UpdateItem: members(['Key', 'UpdateExpression', ...WRITE]),
  GetItem: members([
    'TableName',
    'Key',
    'ProjectionExpression',
    'ConsistentRead',
    'ReturnConsumedCapacity',
    'ExpressionAttributeNames',
  ]),
  Query: members(['KeyConditionExpression', 'ScanIndexForward', ...PAGED]),
  Scan: members(['Segment', 'TotalSegments', ...PAGED]),
  BatchGetItem: members(['RequestItems', 'ReturnConsumedCapacity']),
  BatchWriteItem: members(['RequestItems', 'ReturnConsumedCapacity']),
  TransactWriteItems: members(['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity']),
  TransactGetItems: members(['TransactItems', 'ReturnConsumedCapacity']),
  DescribeTable: members(['TableName']),
  ListTables: members(['ExclusiveStartTableName', 'Limit']),
};

const REMEDY = 'use the expression parameters of DynamoDB, or teach the member to the region';

/** Refuses, by name, a member that would have no effect, such as those of the API before expressions. */
export function checkMembers(operation: string, input: object): void {
  refuseUnknownMembers(`dynamodb:${operation}`, input, MEMBERS[operation], REMEDY);
  const wanted = (input as CapacityInput).ReturnConsumedCapacity;
  if (wanted === undefined || wanted === 'NONE' || wanted === 'TOTAL') return;
  throw new UnknownToRegionError(
    `ReturnConsumedCapacity of dynamodb:${operation}`,
    String(wanted),
    'ask for TOTAL, or teach the region to answer by index',
  );
}
