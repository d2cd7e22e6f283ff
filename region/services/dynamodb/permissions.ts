/** What IAM must allow for each operation: the action on the table, or on the index that is read. */
import type { Permission } from '../../service.ts';
import type { PagedInput, TransactGetItemsInput, TransactWriteItemsInput } from './inputs.ts';
import type { DynamoStore } from './store.ts';

type Requires = (input: never) => readonly Permission[];

export function dynamoPermissions(store: DynamoStore): Readonly<Record<string, Requires>> {
  const made = new Map<string, Map<string, readonly [Permission]>>();
  // The same text for the same table each time: its hash is computed once.
  const listOn = (operation: string, table: string): readonly [Permission] => {
    let byTable = made.get(operation);
    if (byTable === undefined) {
      byTable = new Map();
      made.set(operation, byTable);
    }
    let permissions = byTable.get(table);
    if (permissions === undefined) {
      permissions = [{ action: `dynamodb:${operation}`, resource: store.arnOf(table) }];
      byTable.set(table, permissions);
    }
    return permissions;
  };
  const on = (operation: string, table: string): Permission => listOn(operation, table)[0];
  const single =
    (operation: string): Requires =>
    (input: { readonly TableName: string }) =>
      listOn(operation, input.TableName);
  const paged =
    (operation: string): Requires =>
    (input: PagedInput) => {
      if (input.IndexName === undefined) return listOn(operation, input.TableName);
      return [
        { action: `dynamodb:${operation}`, resource: `${store.arnOf(input.TableName)}/index/${input.IndexName}` },
      ];
    };
  const batch =
    (operation: string): Requires =>
    (input: { readonly RequestItems: object }) =>
      Object.keys(input.RequestItems).map((name) => on(operation, name));
  return {
    GetItem: single('GetItem'),
    PutItem: single('PutItem'),
    UpdateItem: single('UpdateItem'),
    DeleteItem: single('DeleteItem'),
    DescribeTable: single('DescribeTable'),
    Query: paged('Query'),
    Scan: paged('Scan'),
    BatchGetItem: batch('BatchGetItem'),
    BatchWriteItem: batch('BatchWriteItem'),
    ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
    TransactGetItems: (input: TransactGetItemsInput) =>
      input.TransactItems.map(({ Get }) => on('GetItem', Get.TableName)),
    TransactWriteItems: (input: TransactWriteItemsInput) =>
      input.TransactItems.flatMap(({ Put, Update, Delete, ConditionCheck }) => [
        ...(Put === undefined ? [] : [on('PutItem', Put.TableName)]),
        ...(Update === undefined ? [] : [on('UpdateItem', Update.TableName)]),
        ...(Delete === undefined ? [] : [on('DeleteItem', Delete.TableName)]),
        ...(ConditionCheck === undefined ? [] : [on('ConditionCheckItem', ConditionCheck.TableName)]),
      ]),
  };
}
