/** The machine of a route as it is deployed, on the engine: every state, edge, retrier and catcher is passed here. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  closeRouteRequestSchema,
  type DispatchInput,
  followRequestSchema,
  offerRequestSchema,
} from '../../workflows/route-dispatch/contracts.ts';
import { type Execution, Machine } from './machine.ts';

const START = Date.UTC(2026, 2, 2, 8);
const MINUTE = 60_000;
const machine = new Machine('route-dispatch');
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
let route: Execution;

beforeEach(async () => {
  route = await machine.start(INPUT, START);
});
afterEach(async () => {
  await route.end();
});

const accept = () => route.succeed('OfferRoute', ACCEPTED);
const closing = (state: string) => closeRouteRequestSchema.parse(route.payload(state));

async function withdrawn(reason: string): Promise<void> {
  expect(closing('WithdrawRoute')).toEqual({ routeId: 'r-1', outcome: 'WITHDRAWN', reason });
  await route.succeed('WithdrawRoute', { released: 2 });
  const end = await route.end();
  expect(end).toMatchObject({ status: 'SUCCEEDED', output: { released: 2 } });
  expect(end.entered.at(-1)).toBe('RouteWithdrawn');
}

describe('a route', () => {
  test('is accepted, driven and closed in four transitions', async () => {
    expect(offerRequestSchema.parse(route.payload('OfferRoute'))).toEqual({
      routeId: 'r-1',
      token: route.task('OfferRoute').taskToken,
      executionArn: route.arn,
      offerUntil: INPUT.offerUntil,
    });
    await accept();
    expect(followRequestSchema.parse(route.payload('FollowRoute'))).toEqual({
      routeId: 'r-1',
      token: route.task('FollowRoute').taskToken,
      executionArn: route.arn,
      ...ACCEPTED,
    });
    await route.succeed('FollowRoute', { returnedAt: iso(300) });
    const request = { routeId: 'r-1', outcome: 'RETURNED', reason: 'RETURNED', returnedAt: iso(300) };
    expect(closing('CloseRoute')).toEqual(request);
    await route.succeed('CloseRoute', { freed: 0 });
    const { status, entered } = await route.end();
    expect(status).toBe('SUCCEEDED');
    expect(entered).toEqual(['OfferRoute', 'FollowRoute', 'CloseRoute', 'RouteClosed']);
  });

  test('that a driver declines is offered again, by another token, with the input it had', async () => {
    const { token } = offerRequestSchema.parse(route.payload('OfferRoute'));
    await route.fail('OfferRoute', 'RouteDeclined', 'driver-1 declined');
    const next = offerRequestSchema.parse(route.payload('OfferRoute'));
    expect(next).toMatchObject({ routeId: 'r-1', offerUntil: INPUT.offerUntil });
    expect(next.token).not.toBe(token);
    await accept();
    expect(route.payload('FollowRoute')).toMatchObject(ACCEPTED);
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
    expect(route.pending.map(({ stateName }) => stateName)).toEqual(['FollowRoute']);
    await route.timeOut('FollowRoute');
    expect([route.nowMs, closing('WithdrawRoute').reason]).toEqual([START + 170 * MINUTE, 'VEHICLE_SILENT']);
  });

  test('is withdrawn when it is not back in time, however much its vehicle says', async () => {
    for (let hour = 1; hour < 10; hour += 1) {
      await route.pass(60 * MINUTE);
      await route.heartbeat('FollowRoute');
    }
    await route.pass(60 * MINUTE - 1);
    expect(route.pending.map(({ stateName }) => stateName)).toEqual(['FollowRoute']);
    await route.pass(1);
    await withdrawn('NOT_RETURNED_IN_TIME');
  });

  test('is withdrawn when it cannot be followed', async () => {
    await route.fail('FollowRoute', 'OrderStateError', 'no such route');
    await withdrawn('OrderStateError: no such route');
  });
});

test('a route that is accepted after its end is followed for a minute, and a late one half an hour into silence', async () => {
  route = await machine.start({ ...INPUT, followUntil: iso(-1), plannedDepartureAt: iso(-60) }, START);
  await accept();
  // The heartbeat has to be shorter than the timeout.
  expect(await route.timeOut('FollowRoute')).toBe(59_000);
  await route.end();
  route = await machine.start({ ...INPUT, plannedDepartureAt: iso(-60) }, START);
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
    else expect(await route.end()).toMatchObject({ status: 'FAILED', error: 'TransientError' });
  });

  test.each(['CloseRoute', 'WithdrawRoute'])(
    '%s that does not answer fails the execution, and so calls a person',
    async (state) => {
      await stand[state]?.();
      expect(await route.timeOut(state)).toBe(5 * MINUTE);
      expect(await route.end()).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    },
  );
});

describe('the definition', () => {
  test('has no part that these scenarios do not pass', () => {
    expect(machine.parts().length).toBeGreaterThan(30);
    expect(machine.unreached()).toEqual([]);
  });
});
