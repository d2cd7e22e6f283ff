/**
 * Adds TransactWrite to the tables in memory: the writes are tried in turn, and when one's condition does not hold all
 * are taken back and the reasons are reported as DynamoDB does, one per item.
 */
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { DocumentTables } from './document-tables.ts';

// biome-ignore lint/suspicious/noExplicitAny: the inputs of a transaction, each checked by its own client type
type Input = Record<string, any>;
type Send = (command: unknown) => Promise<unknown>;

/** @param keys names of partition and sort key by table, as the tables were made with */
export function withTransactions(
  tables: DocumentTables,
  keys: Readonly<Record<string, readonly [string, string]>>,
): DynamoDBDocumentClient {
  const sendOne = tables.client.send.bind(tables.client) as unknown as Send;

  async function transact(items: readonly Input[]): Promise<unknown> {
    const undo: (() => unknown)[] = [];
    for (const [index, { Put, Update }] of items.entries()) {
      const input: Input = Put ?? Update;
      const table: string = input['TableName'];
      const [partition, sort] = keys[table] ?? ['pk', 'sk'];
      const of: Input = input['Key'] ?? input['Item'];
      const before = tables.get(table, of[partition], of[sort]);
      const key = { [partition]: of[partition], [sort]: of[sort] };
      try {
        await sendOne(Put === undefined ? new UpdateCommand(Update) : new PutCommand(Put));
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
        for (const step of undo.reverse()) await step();
        const CancellationReasons = items.map((_, at) => ({ Code: at === index ? 'ConditionalCheckFailed' : 'None' }));
        throw Object.assign(new Error('Transaction cancelled'), {
          name: 'TransactionCanceledException',
          CancellationReasons,
        });
      }
      undo.push(() =>
        before === undefined ? sendOne(new DeleteCommand({ TableName: table, Key: key })) : tables.put(table, before),
      );
    }
    return {};
  }

  const send: Send = (command) => {
    const isTransaction = command instanceof TransactWriteCommand;
    return isTransaction ? transact(command.input.TransactItems ?? []) : sendOne(command);
  };
  return { send } as unknown as DynamoDBDocumentClient;
}
