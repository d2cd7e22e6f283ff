import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExecutionView, StateAttempt, StateVisit } from '../model/trace.ts';
import { enclosingVisits } from './enclosing-visits.ts';
import { executionSpans, linkTo } from './execution-spans.ts';
import { spansOfOrder } from './order-spans.ts';
import { openOtlp } from './otlp-export.ts';
import { attemptSpanId, executionSpanId, traceIdOf, visitSpanId } from './span-identity.ts';

const HOME = 'arn:aws:states:us-east-1:123456789012:execution';
const ARN = `${HOME}:order-lifecycle:o-1`;
const NOW = '2018-07-23T12:00:00.000Z';

const attempt = (given: Partial<StateAttempt> = {}): StateAttempt => ({
  number: 1,
  scheduledAt: '2018-07-23T08:00:00.100Z',
  startedAt: '2018-07-23T08:00:00.200Z',
  endedAt: '2018-07-23T08:30:00.000Z',
  outcome: 'succeeded',
  resource: 'sqs:sendMessage.waitForTaskToken',
  usesToken: true,
  ...given,
});
const visit = (state: string, given: Partial<StateVisit> = {}): StateVisit => ({
  state,
  type: 'Task',
  enteredEventId: 2,
  enteredAt: '2018-07-23T08:00:00.000Z',
  exitedAt: '2018-07-23T08:30:00.000Z',
  outcome: 'succeeded',
  attempts: [attempt()],
  path: [],
  ...given,
});
const execution = (given: Partial<ExecutionView> = {}): ExecutionView => ({
  executionArn: ARN,
  name: 'o-1',
  machine: 'order-lifecycle',
  status: 'SUCCEEDED',
  startedAt: '2018-07-23T08:00:00.000Z',
  stoppedAt: '2018-07-23T09:00:00.000Z',
  redriveCount: 0,
  redriveStatus: 'NOT_REDRIVABLE',
  definition: '{}',
  visits: [visit('AwaitRoute')],
  eventCount: 7,
  ...given,
});
const answered = (kind: string): string =>
  JSON.stringify({ orderId: 'o-1', reached: { kind, detail: { place: { routeId: 'w-1-r1' } } } });
const context = {
  now: NOW,
  includeOpen: false,
  routes: new Map([['w-1-r1', { waveId: 'w-1' }]]),
  arns: {
    dispatch: (routeId: string) => `${HOME}:route-dispatch:${routeId}`,
    planning: (waveId: string) => `${HOME}:route-planning:${waveId}`,
    lifecycle: (orderId: string) => `${HOME}:order-lifecycle:${orderId}`,
  },
};

describe('Ids of spans', () => {
  test('are of the length that OpenTelemetry wants, and the same each time', () => {
    expect(traceIdOf({ executionArn: ARN, orderId: 'o-1' })).toMatch(/^[0-9a-f]{32}$/);
    expect(visitSpanId(ARN, 2)).toMatch(/^[0-9a-f]{16}$/);
    expect(executionSpans(execution(), { now: NOW, includeOpen: false })).toEqual(
      executionSpans(execution(), { now: NOW, includeOpen: false }),
    );
  });

  test('are one trace for all executions of an order, and another for each other execution', () => {
    const resumed = traceIdOf({ executionArn: `${HOME}:order-replay:o-1.r1`, orderId: 'o-1' });
    expect(resumed).toBe(traceIdOf({ executionArn: ARN, orderId: 'o-1' }));
    expect(traceIdOf({ executionArn: `${HOME}:route-dispatch:r-1` })).not.toBe(
      traceIdOf({ executionArn: `${HOME}:route-dispatch:r-2` }),
    );
  });

  test('differ between all spans of an execution', () => {
    const visits = [visit('A'), visit('A', { enteredEventId: 9, attempts: [attempt(), attempt({ number: 2 })] })];
    const ids = executionSpans(execution({ visits }), { now: NOW, includeOpen: true }).map(({ spanId }) => spanId);
    expect(new Set(ids).size).toBe(6);
  });
});

describe('Spans of an execution', () => {
  test('nest attempts in states, states of an iteration in their Map, and all in the execution', () => {
    const map = visit('DispatchRoutes', { enteredEventId: 5, type: 'Map', attempts: [] });
    const inner = visit('StartDispatch', { enteredEventId: 8, path: ['DispatchRoutes[0]'] });
    const spans = executionSpans(execution({ visits: [map, inner] }), { now: NOW, includeOpen: false });
    expect(spans.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
      ['order-lifecycle o-1', undefined],
      ['DispatchRoutes', executionSpanId(ARN)],
      ['StartDispatch', visitSpanId(ARN, 5)],
      ['StartDispatch attempt 1', visitSpanId(ARN, 8)],
    ]);
  });

  test('leave out what has not ended unless it is asked for, and end it at the time of looking', () => {
    const { exitedAt: _, ...open } = visit('AwaitRoute', { outcome: 'open', attempts: [] });
    const { stoppedAt: __, ...running } = execution({ status: 'RUNNING', visits: [visit('A'), open] });
    const told = executionSpans(running, { now: NOW, includeOpen: false });
    expect(told.map(({ name }) => name)).toEqual(['A', 'A attempt 1']);
    const all = executionSpans(running, { now: NOW, includeOpen: true });
    expect(all.filter(({ isOpen }) => isOpen).map(({ name, to }) => [name, to])).toEqual([
      ['order-lifecycle o-1', NOW],
      ['AwaitRoute', NOW],
    ]);
  });

  test('bear error and cause of what failed, and none where a state caught it', () => {
    const failing = attempt({ outcome: 'failed', error: 'Lambda.Unknown', cause: 'out of memory' });
    const visits = [visit('A', { outcome: 'caught', attempts: [failing], next: 'B' })];
    const spans = executionSpans(execution({ visits }), { now: NOW, includeOpen: false });
    expect(spans.map(({ failure }) => failure)).toEqual([
      undefined,
      undefined,
      { type: 'Lambda.Unknown', message: 'out of memory' },
    ]);
    expect(spans[2]?.moments.at(-1)).toMatchObject({ name: 'exception', at: '2018-07-23T08:30:00.000Z' });
  });

  test('find the enclosing pass of the same turn when a Map runs twice', () => {
    const first = visit('Map', { enteredEventId: 2, type: 'Map' });
    const inFirst = visit('Step', { enteredEventId: 4, path: ['Map[0]'] });
    const second = visit('Map', { enteredEventId: 20, type: 'Map' });
    const inSecond = visit('Step', { enteredEventId: 22, path: ['Map[0]'] });
    const enclosing = enclosingVisits([first, inFirst, second, inSecond]);
    expect([enclosing.get(inFirst), enclosing.get(inSecond), enclosing.get(first)]).toEqual([first, second, undefined]);
  });
});

describe('Spans of an order', () => {
  test('are linked to the executions that answered their tokens', () => {
    const visits = [
      visit('AwaitRoute', { output: answered('RoutePlanned') }),
      visit('AwaitDispatch', { enteredEventId: 9, output: answered('RouteAccepted') }),
    ];
    const spans = spansOfOrder('o-1', [execution({ visits })], context);
    const links = spans.flatMap(({ name, links }) => links.map((link) => [name, link]));
    expect(links).toEqual([
      ['AwaitRoute attempt 1', linkTo(`${HOME}:route-planning:w-1`, 'token')],
      ['AwaitDispatch attempt 1', linkTo(`${HOME}:route-dispatch:w-1-r1`, 'token')],
    ]);
  });

  test('put a resumed execution under the first, with a link to the one that it resumes', () => {
    const failed = execution({ status: 'FAILED', error: 'States.TaskFailed', visits: [] });
    const resumed = execution({ executionArn: `${HOME}:order-replay:o-1.r1`, name: 'o-1.r1', visits: [] });
    const [, second] = spansOfOrder('o-1', [failed, resumed], context);
    expect(second?.parentSpanId).toBe(executionSpanId(ARN));
    expect(second?.links).toEqual([linkTo(ARN, 'resumes', 'o-1')]);
  });
});

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
  readonly links: readonly { readonly spanId: string }[];
}
interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: OtlpSpan['attributes'] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

describe('The export to an OTLP endpoint', () => {
  const received: { readonly path: string | undefined; readonly request: OtlpRequest }[] = [];
  const collector = createServer((request, response) => {
    void textOf(request).then((text) => {
      received.push({ path: request.url, request: JSON.parse(text) as OtlpRequest });
      response.writeHead(request.url?.startsWith('/refuses') ? 400 : 200, { 'content-type': 'application/json' });
      response.end('{}');
    });
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => collector.close(resolve));
  });

  test('sends each span with its times, its parent, its links and its failure', async () => {
    received.length = 0;
    const failing = attempt({ outcome: 'timed-out', error: 'States.Timeout' });
    const visits = [
      visit('AwaitRoute', { output: answered('RoutePlanned') }),
      visit('B', { enteredEventId: 9, attempts: [failing] }),
    ];
    const sender = openOtlp({ url });
    await sender.send(spansOfOrder('o-1', [execution({ visits })], context));
    await sender.close();
    expect(received.map(({ path }) => path)).toEqual(['/v1/traces']);
    const spans = received[0]?.request.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(spans).toHaveLength(5);
    expect(spans[0]).toMatchObject({
      traceId: traceIdOf({ executionArn: ARN, orderId: 'o-1' }),
      spanId: executionSpanId(ARN),
      name: 'order-lifecycle o-1',
      startTimeUnixNano: '1532332800000000000',
      endTimeUnixNano: '1532336400000000000',
    });
    expect(spans[2]).toMatchObject({
      spanId: attemptSpanId(ARN, 2, 1),
      parentSpanId: visitSpanId(ARN, 2),
      startTimeUnixNano: '1532332800100000000',
      links: [{ spanId: executionSpanId(`${HOME}:route-planning:w-1`) }],
    });
    expect(spans[4]?.status).toMatchObject({ code: 2, message: 'States.Timeout: ' });
    expect(attributesOf(spans[4]?.attributes ?? [])).toMatchObject({
      'error.type': 'States.Timeout',
      'perfect_order.order.id': 'o-1',
      'aws.step_functions.state_machine.arn': 'arn:aws:states:us-east-1:123456789012:stateMachine:order-lifecycle',
    });
    expect(attributesOf(received[0]?.request.resourceSpans[0]?.resource.attributes ?? [])).toMatchObject({
      'service.name': 'order-lifecycle',
      'cloud.account.id': '123456789012',
    });
  });

  test('sends the same bytes when it is done twice', async () => {
    received.length = 0;
    const sender = openOtlp({ url: `${url}/v1/traces` });
    for (let time = 0; time < 2; time += 1) await sender.send(spansOfOrder('o-1', [execution()], context));
    await sender.close();
    expect(received).toHaveLength(2);
    expect(received[1]).toEqual(received[0]);
  });

  test('says when the endpoint does not take the spans', async () => {
    const sender = openOtlp({ url: `${url}/refuses` });
    await expect(sender.send(spansOfOrder('o-1', [execution()], context))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('/refuses did not take the spans'),
    });
    await sender.close();
  });

  test('refuses what is no address before anything is read', () => {
    expect(() => openOtlp({ url: 'collector:4318' })).toThrow("'collector:4318' is no address");
  });
});

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

const attributesOf = (attributes: OtlpSpan['attributes']): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
