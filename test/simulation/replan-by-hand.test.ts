/** An operator plans the routes of a depot again: looks first, then does it, while late orders wait and a promise is tight. */
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { replanText } from '../../cli/text/replan-text.ts';
import { withoutColors } from '../../cli/text/terminal.ts';
import type { RouteItem } from '../../functions/platform/tables.ts';
import {
  ActionBook,
  type ActionRecord,
  amendOrder,
  type Deployed,
  type OperationError,
  type ReplanReport,
  RouteBook,
  replanDepot,
} from '../../operations/index.ts';
import { at, runDay, smallDay } from './days.ts';
import { asOperator, OPERATOR } from './operator.ts';

const DEPOT = 'PORTOLAN';
const made = smallDay(24, 1);
/** The last order comes in when the only vehicle is on the road. */
const day = {
  fleet: made.fleet,
  orders: made.orders.map((order, index) => (index === 23 ? { ...order, placedAt: at(40) } : order)),
};
const lateOrder = day.orders[23]?.orderId ?? '';
const why = 'the customer has to leave';
const request = { depotId: DEPOT, timeoutMs: 15 * 60_000 };

interface Seen {
  before: RouteItem;
  amended: string;
  refusals: unknown[];
  untouched: RouteItem;
  states: string[];
  compared: ReplanReport;
  applied: ReplanReport;
  after: RouteItem;
  actions: readonly ActionRecord[];
}

const seen = {} as Seen;

const failed = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const route = async (deployed: Deployed): Promise<RouteItem> => (await new RouteBook(deployed).all())[0] as RouteItem;

/** Before any vehicle has a route. */
async function tryTooEarly(deployed: Deployed): Promise<void> {
  const compare = { ...request, mode: 'compare' } as const;
  seen.refusals = [
    await failed(replanDepot(deployed, { ...OPERATOR, role: 'viewer' }, compare)),
    await failed(replanDepot(deployed, OPERATOR, { ...compare, depotId: 'ATLANTIS' })),
    await failed(replanDepot(deployed, OPERATOR, compare)),
  ];
}

async function replan(deployed: Deployed): Promise<void> {
  seen.before = await route(deployed);
  seen.amended = seen.before.stops.at(-2)?.orders[0]?.orderId ?? '';
  const promise = { from: at(30), to: at(95) };
  await amendOrder(deployed, OPERATOR, { orderId: seen.amended, promise, initiator: 'customer', why });
  await deployed.time.pause(10_000);
  seen.states = [];
  const compare = { ...request, mode: 'compare' } as const;
  seen.compared = await replanDepot(deployed, OPERATOR, compare, ({ state }) => seen.states.push(state));
  seen.untouched = await route(deployed);
  seen.refusals.push(
    await failed(replanDepot(deployed, OPERATOR, { ...request, mode: 'apply' })),
    await failed(replanDepot(deployed, OPERATOR, { ...compare, timeoutMs: 2_000 })),
    await failed(replanDepot(deployed, OPERATOR, { ...request, mode: 'apply', why })),
  );
  await deployed.time.pause(90_000);
  await startForeignWave(deployed);
  seen.applied = await replanDepot(deployed, OPERATOR, { ...request, mode: 'apply', why });
  seen.after = await route(deployed);
  seen.actions = await new ActionBook(deployed).list();
}

/** Of another depot, whose name begins as that of ours does: no reason to wait. */
async function startForeignWave({ machines, output }: Deployed): Promise<void> {
  const input = JSON.stringify({ depotId: `${DEPOT}-EAST`, waveId: 'x', replan: 'never' });
  const name = `${DEPOT}-EAST-20260131T0845`;
  await machines.send(new StartExecutionCommand({ stateMachineArn: output('RoutePlanningMachineArn'), name, input }));
}

beforeAll(async () => {
  await runDay(day.orders, {
    fleet: day.fleet,
    prepare: (region) => {
      region.clock.at(Date.parse(at(1)), () => region.spawn(() => tryTooEarly(asOperator(region))));
      region.clock.at(Date.parse(at(45.2)), () => region.spawn(() => replan(asOperator(region))));
    },
  });
}, 120_000);

const codeOf = (refusal: unknown): string => (refusal as OperationError).code;

describe('a re-plan by hand that is tried dry', () => {
  test('says what would change, and which promise it would keep', () => {
    const { routes, mode, waveId } = seen.compared;
    expect({ mode, waveId }).toEqual({
      mode: 'compare',
      waveId: expect.stringMatching(/^PORTOLAN-20260131T084\d\.1$/),
    });
    expect(routes).toHaveLength(1);
    const [change] = routes;
    expect(change).toMatchObject({
      routeId: seen.before.routeId,
      becomeKept: [seen.amended],
      becomeLate: [],
      isMade: false,
    });
    expect(change?.changedLegs).toBeGreaterThan(0);
    expect(change?.changedLegs).toBeLessThan((change?.legs ?? 0) / 2);
    const moved = change?.stops.filter((stop) => stop.change === 'resequenced');
    expect(moved?.flatMap(({ orderIds }) => orderIds)).toContain(seen.amended);
  });

  test('says when a vehicle under way could bring what came in too late for it', () => {
    const [waiting] = seen.compared.waiting;
    expect(waiting).toMatchObject({ orderId: lateOrder, nextTrip: { vehicleId: seen.before.vehicleId } });
    expect((waiting?.nextTrip?.arrivalAt ?? '') > seen.before.plannedReturnAt).toBe(true);
  });

  test('changes nothing, and tells of its states while it is waited for', () => {
    expect(seen.untouched.stops).toEqual(seen.before.stops);
    expect(seen.untouched.version).toBeUndefined();
    expect(new Set(seen.states)).toContain('PlanRoutes');
  });
});

describe('a re-plan by hand', () => {
  test('makes the changes that it told of, and is recorded', () => {
    const [change] = seen.applied.routes;
    expect(change).toMatchObject({ routeId: seen.before.routeId, isMade: true, becomeKept: [seen.amended] });
    expect(seen.after.version).toBe(1);
    const kept = seen.after.stops.slice(change?.settledStops).map(({ stopId }) => stopId);
    expect(kept).toEqual(change?.stops.map(({ stopId }) => stopId));
    const actions = seen.actions.filter(({ kind }) => kind === 'replan');
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({
      outcome: 'done',
      why,
      by: OPERATOR.arn,
      detail: { depotId: DEPOT },
      message: `wave ${seen.applied.waveId}: 1 of 1 changes made`,
    });
  });

  test('is refused with a code where it makes no sense', () => {
    expect(seen.refusals.map(codeOf)).toEqual([
      'FORBIDDEN',
      'UNKNOWN_DEPOT',
      'NO_ROUTES',
      'BAD_INPUT',
      'WAVE_UNENDED',
      'WAVE_RUNNING',
    ]);
  });

  test('reads in the terminal as a line per route, per stop that moves, and per order that waits', () => {
    const text = withoutColors(replanText(seen.compared, 200));
    expect(text).toMatch(/^Dry run of a re-plan of PORTOLAN, wave PORTOLAN-20260131T084\d\.1\n/);
    expect(text).toMatch(new RegExp(`\\n${seen.before.routeId} +van-1 +\\d+ +\\d+ +0 +\\d+ of \\d+ .* 0 +1 `));
    expect(text).toMatch(
      new RegExp(`${seen.amended} +moved +\\d+ > \\d+ +01-31 \\d\\d:\\d\\d +01-31 09:\\d\\d +becomes kept`),
    );
    expect(text).toMatch(new RegExp(`1 order without a place\\n\\n.*\\n${lateOrder} +van-1, there at 01-31 1`));
    const applied = withoutColors(
      replanText({ ...seen.applied, routes: [{ ...seen.applied.routes[0]!, isMade: false }] }, 200),
    );
    expect(applied).toContain(
      `Not made, since the route had moved on or its vehicle was taken: ${seen.before.routeId}`,
    );
  });
});
