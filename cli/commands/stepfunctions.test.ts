import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'stepfunctions-'));
const data = join(folder, 'data');
const MAIN = join(import.meta.dirname, '..', 'main.ts');
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

function command(...args: string[]): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'stepfunctions', ...args]);
  running.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  return { child, text: () => text };
}

/** A server that listens: its process and URL. */
async function serve(...args: string[]): Promise<{ child: ChildProcess; url: string; text: () => string }> {
  const { child, text } = command('--port', '0', '--data', data, ...args);
  while (!/Ctrl-C/.test(text())) {
    if (child.exitCode !== null) throw new Error(text());
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'exit')]);
  }
  return { child, url: /http:\/\/[\d.:]+/.exec(text())?.[0] ?? '', text };
}

async function call(url: string, action: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AWSStepFunctions.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=a/20260302/us-east-1/states/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as Record<string, unknown>;
}

const refused = async (...args: string[]): Promise<{ exitCode: number | null; text: string }> => {
  const { child, text } = command(...args);
  await once(child, 'close');
  return { exitCode: child.exitCode, text: text() };
};

describe('perfect-order stepfunctions', () => {
  test('keeps executions over a kill, and ends well on Ctrl-C', async () => {
    const first = await serve('--skip-waits');
    const definition = JSON.stringify({
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'f' },
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nap' }],
          End: true,
        },
        Nap: { Type: 'Wait', Seconds: 86_400, Next: 'Done' },
        Done: { Type: 'Succeed' },
      },
    });
    const roleArn = 'arn:aws:iam::123456789012:role/machine';
    const { stateMachineArn } = await call(first.url, 'CreateStateMachine', { name: 'm', roleArn, definition });
    const { executionArn } = await call(first.url, 'StartExecution', { stateMachineArn });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await serve('--skip-waits');
    let described: Record<string, unknown> = {};
    while (described['status'] !== 'SUCCEEDED') {
      expect(described['status'] ?? 'RUNNING').toBe('RUNNING');
      await new Promise((tick) => setTimeout(tick, 100));
      described = await call(second.url, 'DescribeExecution', { executionArn });
    }
    expect(described['output']).toMatch(/There is no lambda here: start with --lambda-endpoint URL/);

    second.child.kill('SIGINT');
    await once(second.child, 'close');
    expect(second.child.exitCode).toBe(0);
    expect(second.text()).toMatch(/Step Functions is closed. Its state is in/);
  });

  test('refuses a data folder, mocks, an endpoint and a port with a code and the remedy', async () => {
    const file = join(folder, 'mocks.json');
    writeFileSync(file, 'no JSON');
    const [asData, asMocks, asUrl] = await Promise.all([
      refused('--data', file),
      refused('--data', join(folder, 'other'), '--mocks', file),
      refused('--lambda-endpoint', 'somewhere'),
    ]);
    expect(asData).toMatchObject({ exitCode: 2, text: expect.stringMatching(/^PO-106 .*\n +give --data/) });
    expect(asMocks).toMatchObject({ exitCode: 2, text: expect.stringMatching(/^PO-107 .* no JSON.*\n +give --mocks/) });
    expect(asUrl).toMatchObject({ exitCode: 2, text: expect.stringMatching(/Give a URL such as/) });
  });

  test('says which port is taken, and who has the data', async () => {
    const { url } = await serve();
    const port = url.split(':').at(-1) ?? '';
    const taken = await refused('--data', join(folder, 'another'), '--port', port);
    expect(taken).toMatchObject({ exitCode: 3, text: expect.stringMatching(/^PO-203 .*EADDRINUSE/) });
    const inUse = await refused('--data', data, '--port', '0');
    expect(inUse).toMatchObject({ exitCode: 2, text: expect.stringMatching(/^PO-106 .*Another process has/) });
  });
});
