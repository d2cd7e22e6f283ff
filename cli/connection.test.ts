import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { connect } from './connection.ts';
import { commandFailureOf } from './operation-failure.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** An endpoint that answers every call with one error of AWS. */
async function refusing(status: number, name: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': name });
    response.end(JSON.stringify({ __type: name, message: `told ${name}` }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failureOf = async (endpoint: string): Promise<unknown> =>
  connect({ endpoint }).then(
    () => 'it connected',
    (error: unknown) => commandFailureOf(error),
  );

describe('A command that finds no way in', () => {
  test('says that no region answers when it was stopped', async () => {
    const endpoint = await refusing(400, 'ParameterNotFound');
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    expect(await failureOf(endpoint)).toMatchObject({
      code: 'PO-200',
      exitCode: 3,
      message: `no region answers at ${endpoint}`,
    });
  });

  test.each([
    ['that the app is not deployed there', 400, 'ParameterNotFound', 'PO-208'],
    ['that the login has expired', 400, 'ExpiredTokenException', 'PO-209'],
    ['that the identity may not', 400, 'AccessDeniedException', 'PO-210'],
  ])('says %s', async (_, status, name, code) => {
    const failure = await failureOf(await refusing(status, name));
    expect(failure).toMatchObject({ code, exitCode: 3, message: `told ${name}` });
    expect((failure as { remedy: string }).remedy).not.toBe('');
  });
});
