import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Endpoint, openRegion, type Region } from '../index.ts';
import { writeAssembly } from '../testing/assembly-fixture.ts';

let region: Region;
let endpoint: Endpoint;

beforeAll(async () => {
  const Queue = { Type: 'AWS::SQS::Queue' };
  region = await openRegion({
    assembly: writeAssembly({ stacks: { App: { Resources: { Queue } } } }),
    clock: { mode: 'auto-skip', startAt: '2026-03-02T08:00:00.250Z' },
    seed: 1,
  });
  endpoint = await region.listen(0);
});

afterAll(() => region.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly type?: string;
  readonly message?: string;
  readonly text: string;
}

const JSON_1_0 = 'application/x-amz-json-1.0';

async function post(target: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(endpoint.url, {
    method: 'POST',
    headers: { 'content-type': JSON_1_0, 'x-amz-target': target, ...headers },
    body,
  });
  const text = await response.text();
  const { __type: type, message } = text.startsWith('{') ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, type, message };
}

const sfn = (action: string, body: string | Uint8Array = '{}', headers?: Record<string, string>): Promise<Answer> =>
  post(`AWSStepFunctions.${action}`, body, headers);

/** By `node:http`, which lets a test set the headers that a browser sets itself. */
function statusWith(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      endpoint.url,
      {
        method: 'POST',
        headers: { 'content-type': JSON_1_0, 'x-amz-target': 'AWSStepFunctions.ListStateMachines', ...headers },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end('{}');
  });
}

describe('the wire protocol of Step Functions', () => {
  test('answers an unsigned request in JSON 1.0, with times in seconds since the epoch', async () => {
    const { status, headers, text } = await sfn('CreateActivity', '{"name":"pick"}');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(JSON_1_0);
    expect(headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(text)).toEqual({
      activityArn: 'arn:aws:states:us-east-1:123456789012:activity:pick',
      creationDate: Date.parse('2026-03-02T08:00:00.250Z') / 1000,
    });
  });

  test('gives a refusal its name in the body and in a header', async () => {
    const refused = await sfn(
      'DescribeActivity',
      '{"activityArn":"arn:aws:states:us-east-1:123456789012:activity:no"}',
    );
    expect(refused).toMatchObject({
      status: 400,
      type: 'com.amazonaws.swf.service.v2.model#ActivityDoesNotExist',
      message: expect.stringContaining('activity:no'),
    });
    expect(refused.headers.get('x-amzn-errortype')).toBe('ActivityDoesNotExist');
  });

  test.each([
    ['nothing', '', 'Unexpected end'],
    ['half an object', '{"maxResults":', 'Unexpected end'],
    ['an array', '[]', 'a JSON object'],
    ['a byte-order mark', new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), 'not valid JSON'],
    ['what is no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'utf-8'],
    ['100,000 brackets', '['.repeat(100_000), 'nests deeper than 500'],
    ['a number for text', '{"nextToken":7}', 'NUMBER_VALUE can not be converted to a String'],
    ['text for a number', '{"maxResults":"7"}', 'STRING_VALUE can not be converted to an Integer'],
    ['a structure for text', '{"nextToken":{}}', 'Start of structure or map found'],
  ])('refuses %s as a SerializationException', async (_what, body, message) => {
    expect(await sfn('ListStateMachines', body)).toMatchObject({
      status: 400,
      type: 'com.amazon.coral.service#SerializationException',
      message: expect.stringContaining(message),
    });
  });

  test.each([
    ['DescribeActivity', '{}', "Value null at 'activityArn' failed to satisfy constraint: Member must not be null"],
    ['DescribeActivity', '{"activityArn":null}', "Value null at 'activityArn'"],
    [
      'ListStateMachines',
      '{"maxResults":-1}',
      "Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0",
    ],
    [
      'TagResource',
      '{"resourceArn":"arn","tags":[{"key":"a"},{"key":""}]}',
      "Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    [
      'CreateStateMachine',
      '{"name":"m","definition":""}',
      "2 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; Value at 'definition' failed",
    ],
  ])('says of %s %s what the service says, not what a client would', async (action, body, message) => {
    expect(await sfn(action, body)).toMatchObject({
      status: 400,
      type: 'com.amazon.coral.validate#ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('refuses a body of 10 MB by its size, and goes on', async () => {
    const input = JSON.stringify({ stateMachineArn: 'arn', input: 'x'.repeat(10_000_000) });
    const refused = await sfn('StartExecution', input);
    expect(refused).toMatchObject({ status: 413, type: 'com.amazon.coral.service#RequestEntityTooLarge' });
    expect(await sfn('ListStateMachines')).toMatchObject({ status: 200 });
  });

  test('names an operation that it does not have', async () => {
    const type = 'com.amazon.coral.service#UnknownOperationException';
    expect(await sfn('Fly')).toMatchObject({ status: 400, type, message: expect.stringContaining('Fly') });
    expect(await post('Logs_20140328.GetLogEvents', '{}')).toMatchObject({
      status: 400,
      type,
      message: expect.stringContaining('Step Functions (AWSStepFunctions), DynamoDB'),
    });
    expect(await sfn('_AbandonActivityPoll')).toMatchObject({ status: 400, type });
    expect(await post('constructor', '{}')).toMatchObject({ status: 400, type });
  });

  test('refuses another content type, and compressed bodies', async () => {
    expect(await sfn('ListStateMachines', '{}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415 });
    expect(await sfn('ListStateMachines', '{}', { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
  });

  test('answers what is no call with an error that says how to call', async () => {
    const got = await fetch(endpoint.url);
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(endpoint.url, { method: 'HEAD' })).status).toBe(405);
    const untargeted = await fetch(endpoint.url, { method: 'POST', body: '{}' });
    expect([untargeted.status, await untargeted.text()]).toEqual([400, expect.stringContaining('X-Amz-Target')]);
  });

  test('tells clients of services with other protocols what it serves, once', async () => {
    const signedFor = (service: string): Record<string, string> => ({
      authorization: `AWS4-HMAC-SHA256 Credential=AK/20260302/us-east-1/${service}/aws4_request, SignedHeaders=host`,
    });
    const lambda = await fetch(`${endpoint.url}/2015-03-31/functions/f`, { headers: signedFor('lambda') });
    expect(lambda.status).toBe(501);
    expect(await lambda.json()).toMatchObject({ __type: 'NotImplemented', message: expect.stringContaining('Lambda') });
    const sns = await fetch(endpoint.url, { method: 'POST', headers: signedFor('sns'), body: 'Action=Publish' });
    expect(sns.status).toBe(501);
    expect(await sns.text()).toMatch(/<Code>NotImplemented<\/Code><Message>.*Step Functions/);
  });

  test('takes the hosts that SDKs make of a name of this machine, and no foreign ones', async () => {
    const port = new URL(endpoint.url).port;
    for (const host of [
      'sync-localhost',
      `sync-127.0.0.1:${port}`,
      `sync-states.localhost:${port}`,
      'states.localhost',
    ])
      expect([host, await statusWith({ host })]).toEqual([host, 200]);
    for (const host of ['sync-evil.example', 'localhost.evil.example', 'evil-localhost', 'xlocalhost', '192.168.1.7'])
      expect([host, await statusWith({ host })]).toEqual([host, 403]);
  });

  test('turns web pages away, whatever host they name', async () => {
    expect(await statusWith({ origin: 'https://evil.example' })).toBe(403);
    expect(await statusWith({ origin: 'null' })).toBe(403);
    expect(await statusWith({ host: 'sync-localhost', origin: 'http://sync-localhost' })).toBe(403);
    expect(await statusWith({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    const own = new URL(endpoint.url).host;
    expect(await statusWith({ host: own, origin: `http://${own}`, 'sec-fetch-site': 'same-origin' })).toBe(200);
    const preflight = await fetch(endpoint.url, { method: 'OPTIONS', headers: { origin: 'https://evil.example' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('is not harmed by a client that leaves in the middle of its request', async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(new URL(endpoint.url).port), '127.0.0.1', () => {
        socket.write(
          'POST / HTTP/1.1\r\nhost: localhost\r\nx-amz-target: AWSStepFunctions.ListStateMachines\r\ncontent-length: 100\r\n\r\n{',
        );
        socket.end(resolve);
      });
      socket.on('error', reject);
    });
    expect(await sfn('ListStateMachines')).toMatchObject({ status: 200 });
  });
});
