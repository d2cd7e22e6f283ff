/** The machine of a route as it is deployed, on the engine: every state, edge, retrier and catcher is passed here. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { assertCoverage, type LiveRun } from '../../engine/testkit/index.ts';
import {
  closeRouteRequestSchema,
  type DispatchInput,
  followRequestSchema,
  offerRequestSchema,
} from '../../workflows/route-dispatch/contracts.ts';
import { endOf, payloadOf, returned, Workflow } from './workflow.ts';

const START = Date.UTC(2026, 2, 2, 8);
const MINUTE = 60_000;
const workflow = new Workflow('route-dispatch');
const iso = (minutes: number) => new Date(START + minutes * MINUTE).toISOString();
const INPUT: DispatchInput = {
  routeId: 'r-1',
  plannedDepartureAt: iso(60),
  offerUntil: iso(60),
  followUntil: iso(600),
};
const ACCEPTED = { driverId: 'driver-2', vehicleId: 'v-2', acceptedAt: iso(1) };
const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'TransientError',
];
let route: LiveRun;

beforeEach(async () => {
  route = await workflow.start(INPUT, START, { crashEverywhere: true });
});
const accept = () => route.succeed('OfferRoute', ACCEPTED);
const closing = (state: string) => closeRouteRequestSchema.parse(payloadOf(route, state));

async function withdrawn(reason: string): Promise<void> {
  expect(closing('WithdrawRoute')).toEqual({ routeId: 'r-1', outcome: 'WITHDRAWN', reason });
  await route.succeed('WithdrawRoute', returned({ released: 2 }));
  const end = await endOf(route);
  expect(end).toMatchObject({ status: 'SUCCEEDED', output: { released: 2 } });
  expect(end.entered.at(-1)).toBe('RouteWithdrawn');
}

describe('a route', () => {
  test('is accepted, driven and closed in four transitions', async () => {
    expect(offerRequestSchema.parse(payloadOf(route, 'OfferRoute'))).toEqual({
      routeId: 'r-1',
      token: route.task('OfferRoute').taskToken,
      executionArn: route.executionArn,
      offerUntil: INPUT.offerUntil,
    });
    await accept();
    expect(followRequestSchema.parse(payloadOf(route, 'FollowRoute'))).toEqual({
      routeId: 'r-1',
      token: route.task('FollowRoute').taskToken,
      executionArn: route.executionArn,
      ...ACCEPTED,
    });
    await route.succeed('FollowRoute', { returnedAt: iso(300) });
    const request = { routeId: 'r-1', outcome: 'RETURNED', reason: 'RETURNED', returnedAt: iso(300) };
    expect(closing('CloseRoute')).toEqual(request);
    await route.succeed('CloseRoute', returned({ freed: 0 }));
    const { status, entered } = await endOf(route);
    expect(status).toBe('SUCCEEDED');
    expect(entered).toEqual(['OfferRoute', 'FollowRoute', 'CloseRoute', 'RouteClosed']);
  });

  test('that a driver declines is offered again, by another token, with the input it had', async () => {
    const { token } = offerRequestSchema.parse(payloadOf(route, 'OfferRoute'));
    await route.fail('OfferRoute', 'RouteDeclined', 'driver-1 declined');
    const next = offerRequestSchema.parse(payloadOf(route, 'OfferRoute'));
    expect(next).toMatchObject({ routeId: 'r-1', offerUntil: INPUT.offerUntil });
    expect(next.token).not.toBe(token);
    await accept();
    expect(payloadOf(route, 'FollowRoute')).toMatchObject(ACCEPTED);
  });

  test('that a driver does not answer within two minutes is offered to the next', async () => {
    expect(await route.timeOut('OfferRoute')).toBe(2 * MINUTE);
    expect(await route.timeOut('OfferRoute')).toBe(2 * MINUTE);
    expect(route.task('OfferRoute')).toBeDefined();
  });

  test('that no driver is left for is withdrawn', async () => {
    await route.fail('OfferRoute', 'RouteDeclined');
    await route.fail('OfferRoute', 'NoDriverLeft', 'asked 3 drivers');
    await withdrawn('NO_DRIVER_LEFT');
  });

  test('that cannot be offered is withdrawn with the error, its cause cut short', async () => {
    await route.fail('OfferRoute', 'TypeError', 'x'.repeat(600));
    await withdrawn(`TypeError: ${'x'.repeat(500)}`);
  });
});

describe('a route on its way', () => {
  beforeEach(accept);

  test('is withdrawn when its vehicle says nothing for half an hour after the departure', async () => {
    expect(await route.timeOut('FollowRoute')).toBe((60 + 30) * MINUTE);
    await withdrawn('VEHICLE_SILENT');
  });

  test('is kept by heartbeats', async () => {
    await route.pass(80 * MINUTE);
    await route.heartbeat('FollowRoute');
    await route.pass(89 * MINUTE);
    expect(route.pending.map(({ state }) => state)).toEqual(['FollowRoute']);
    await route.timeOut('FollowRoute');
    expect([route.nowMs, closing('WithdrawRoute').reason]).toEqual([START + 170 * MINUTE, 'VEHICLE_SILENT']);
  });

  test('is withdrawn when it is not back in time, however much its vehicle says', async () => {
    for (let hour = 1; hour < 10; hour += 1) {
      await route.pass(60 * MINUTE);
      await route.heartbeat('FollowRoute');
    }
    await route.pass(60 * MINUTE - 1);
    expect(route.pending.map(({ state }) => state)).toEqual(['FollowRoute']);
    await route.pass(1);
    await withdrawn('NOT_RETURNED_IN_TIME');
  });

  test('is withdrawn when it cannot be followed', async () => {
    await route.fail('FollowRoute', 'OrderStateError', 'no such route');
    await withdrawn('OrderStateError: no such route');
  });
});

test('a route that is accepted after its end is followed for a minute, and a late one half an hour into silence', async () => {
  route = await workflow.start({ ...INPUT, followUntil: iso(-1), plannedDepartureAt: iso(-60) }, START);
  await accept();
  // The heartbeat has to be shorter than the timeout.
  expect(await route.timeOut('FollowRoute')).toBe(59_000);
  route = await workflow.start({ ...INPUT, plannedDepartureAt: iso(-60) }, START);
  await accept();
  expect(await route.timeOut('FollowRoute')).toBe(30 * MINUTE);
});

describe('a task of the route that fails', () => {
  const stand: Readonly<Record<string, () => Promise<void>>> = {
    OfferRoute: async () => {},
    FollowRoute: accept,
    CloseRoute: async () => {
      await accept();
      await route.succeed('FollowRoute', { returnedAt: iso(300) });
    },
    WithdrawRoute: () => route.fail('OfferRoute', 'NoDriverLeft'),
  };

  test.each(Object.keys(stand))('%s is tried again five times where that may help', async (state) => {
    await stand[state]?.();
    const delays: number[] = [];
    for (const error of TRANSIENT) {
      await route.fail(state, error);
      delays.push(await route.jump());
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
    expect(route.task(state)).toBeDefined();
    await route.fail(state, 'TransientError', 'still');
    if (state === 'OfferRoute' || state === 'FollowRoute') await withdrawn('TransientError: still');
    else expect(await endOf(route)).toMatchObject({ status: 'FAILED', error: 'TransientError' });
  });

  test.each(['CloseRoute', 'WithdrawRoute'])(
    '%s that does not answer fails the execution, and so calls a person',
    async (state) => {
      await stand[state]?.();
      expect(await route.timeOut(state)).toBe(5 * MINUTE);
      expect(await endOf(route)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    },
  );
});

describe('the definition', () => {
  test('has no part that these scenarios do not pass', async () => {
    const coverage = await workflow.coverage();
    expect(coverage.parts.length).toBeGreaterThan(40);
    assertCoverage(coverage, { errors: 100 });
  });
});
