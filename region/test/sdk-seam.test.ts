import * as library from '@aws-sdk/client-dynamodb';
import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { connectModule } from '../sandbox/sdk-seam.ts';

describe('the SDK at the seam', () => {
  let calls: unknown[] = [];
  let sdk: typeof library;
  beforeEach(() => {
    calls = [];
    sdk = connectModule(library, (...call) => {
      calls.push(call);
      return { TableNames: ['orders'] };
    }) as unknown as typeof library;
  });

  test('commands are commands of the SDK, with all that theirs have', async () => {
    const command = new sdk.ListTablesCommand({ Limit: 1 });
    expect(command).toBeInstanceOf(ListTablesCommand);
    expect(command.constructor.name).toBe('ListTablesCommand');
    expect(typeof command.middlewareStack.add).toBe('function');
    const answer = await new sdk.DynamoDBClient({ region: 'eu-central-1' }).send(command);
    expect(answer).toMatchObject({ TableNames: ['orders'], $metadata: { httpStatusCode: 200 } });
    expect(calls).toEqual([['dynamodb', 'ListTables', { Limit: 1 }]]);
  });

  test('middleware that the application adds before the serializer runs, and only that', async () => {
    const ran: string[] = [];
    const client: DynamoDBClient = new sdk.DynamoDBClient({ region: 'eu-central-1' });
    const note =
      (name: string) =>
      <Handler>(handler: Handler): Handler => {
        ran.push(name);
        return handler;
      };
    client.middlewareStack.add(note('build'), { step: 'build', name: 'later' });
    await client.send(new sdk.ListTablesCommand({}));
    expect(ran).toEqual([]);
    client.middlewareStack.add(note('initialize'), { step: 'initialize', name: 'mine' });
    await client.send(new sdk.ListTablesCommand({}));
    expect(ran).toContain('initialize');
    const command = new sdk.ListTablesCommand({});
    command.middlewareStack.add(note('command'), { step: 'initialize', name: 'ours' });
    await new sdk.DynamoDBClient({ region: 'eu-central-1' }).send(command);
    expect(ran).toContain('command');
    expect(calls).toHaveLength(3);
  });
});
