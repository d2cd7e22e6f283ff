/**
 * Changes of the deployed definitions rehearsed from the command line, on histories that a rough simulated day has left:
 * an order that was delivered at once, one that was not, and the dispatch of a route.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { rehearseCommand } from '../../cli/commands/rehearse.ts';
import { profileNamed } from '../../fleet/index.ts';
import { historyFiles, orderHistories } from '../../operations/index.ts';
import { runDay, smallDay } from '../simulation/days.ts';

type States = Record<string, Record<string, unknown>>;
interface Definition {
  StartAt: string;
  readonly States: States;
}

const folder = mkdtempSync(join(tmpdir(), 'rehearsals-'));
const files: Record<string, string> = {};
/** Ids of executions, by what became of them. */
const chosen = { delivered: '', notAtOnce: '', route: '', wave: '' };

beforeAll(async () => {
  const day = smallDay(40, 4);
  const orderIds = day.orders.map(({ orderId }) => orderId);
  const { report } = await runDay(day.orders, {
    fleet: day.fleet,
    seed: 1,
    profile: profileNamed('rough'),
    onEnd: async (deployed) => {
      for (const orderId of orderIds) Object.assign(files, historyFiles(await orderHistories(deployed, orderId)));
    },
  });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const first = (isMeant: (order: (typeof report.orders)[number]) => boolean) =>
    report.orders.find(isMeant)?.orderId ?? '';
  chosen.delivered = first(({ stateTransitions }) => stateTransitions === 9);
  chosen.notAtOnce = first(({ orderId }) => historyOf(`${orderId}.order-lifecycle`).includes('"IsAttemptLeft"'));
  chosen.route = nameEnding('.route-dispatch');
  chosen.wave = nameEnding('.route-planning');
});
afterEach(() => {
  process.exitCode = 0;
});
afterAll(() => rmSync(folder, { recursive: true }));

const historyOf = (name: string): string => files[`${name}.history.json`] ?? '';
const nameEnding = (ending: string): string =>
  (Object.keys(files).find((name) => name.endsWith(`${ending}.history.json`)) ?? '').split(ending)[0] ?? '';

/** The deployed definition, changed. */
function changed(machine: string, change: (definition: Definition) => void): string {
  const definition = JSON.parse(files[`${machine}.asl.json`] ?? '{}') as Definition;
  change(definition);
  return JSON.stringify(definition);
}

/** Has another name in every place. */
const renamed = (machine: string, from: string, to: string): string =>
  (files[`${machine}.asl.json`] ?? '').replaceAll(`"${from}"`, `"${to}"`);

/** What the command prints and the exit code it sets. */
async function rehearse(name: string, machine: string, definition?: string): Promise<{ text: string; exit: unknown }> {
  let text = '';
  process.exitCode = 0;
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const file = join(folder, definition === undefined ? `${machine}.asl.json` : 'changed.asl.json');
  if (definition !== undefined) writeFileSync(file, definition);
  const args = ['--history', join(folder, `${name}.${machine}.history.json`), '--definition', file];
  try {
    await rehearseCommand().parseAsync(args, { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return { text, exit: process.exitCode };
}

describe('A definition that has not changed', () => {
  test.each([
    ['delivered', 'order-lifecycle'],
    ['notAtOnce', 'order-lifecycle'],
    ['route', 'route-dispatch'],
    ['wave', 'route-planning'],
  ] as const)(
    'takes the path of the recorded %s, with the same data, deployed or as it is in asl',
    async (what, machine) => {
      expect(chosen[what]).not.toBe('');
      const asDeployed = await rehearse(chosen[what], machine);
      expect([asDeployed.text, asDeployed.exit]).toEqual([
        expect.stringMatching(/^same path {6}all of \d+ events\nredrive/),
        0,
      ]);
      const inRepository = readFileSync(join(import.meta.dirname, '..', '..', 'asl', `${machine}.asl.json`), 'utf8');
      expect(await rehearse(chosen[what], machine, inRepository)).toEqual(asDeployed);
    },
  );
});

describe('A renamed state', () => {
  test('is named with its new name, and where the order was', async () => {
    const definition = renamed('order-lifecycle', 'AwaitDeparture', 'AwaitLoading');
    const { text, exit } = await rehearse(chosen.delivered, 'order-lifecycle', definition);
    expect(
      text,
    ).toBe(`diverges       renamed: 'AwaitDeparture' is gone, and 'AwaitLoading', a Task too, stands in its place: renamed?
  state        AwaitDeparture
  event        14 TaskStateEntered; instead: TaskStateEntered AwaitLoading
  recorded     AwaitDispatch > AwaitDeparture > AwaitApproach > AwaitArrival > AwaitDelivery > CloseOrder
  now          AwaitDispatch > AwaitLoading
redrive        not possible: the execution has succeeded
resume         not possible: the execution has succeeded
`);
    expect(exit).toBe(1);
  });

  test('is found on a route, too', async () => {
    const definition = renamed('route-dispatch', 'CloseRoute', 'EndRoute');
    const { text, exit } = await rehearse(chosen.route, 'route-dispatch', definition);
    expect(text).toMatch(/renamed: 'CloseRoute' is gone, and 'EndRoute', a Task too/);
    expect(exit).toBe(1);
  });
});

describe('Any state of the order that was not delivered at once', () => {
  const machine = 'order-lifecycle';
  const states = () => {
    const { events } = JSON.parse(historyOf(`${chosen.notAtOnce}.${machine}`)) as {
      events: { stateEnteredEventDetails?: { name: string } }[];
    };
    const entered = new Set(events.map(({ stateEnteredEventDetails: state }) => state?.name));
    const { States } = JSON.parse(files[`${machine}.asl.json`] ?? '{}') as Definition;
    return Object.keys(States).map((state) => [state, entered.has(state)] as const);
  };

  test('is missed under its new name if the order was in it, and only then', async () => {
    let missed = 0;
    for (const [state, isEntered] of states()) {
      const { text } = await rehearse(chosen.notAtOnce, machine, renamed(machine, state, 'Renamed'));
      expect([state, text.split(',')[0]]).toEqual([
        state,
        isEntered ? `diverges       renamed: '${state}' is gone` : expect.stringMatching(/^same path/),
      ]);
      if (isEntered) missed += 1;
    }
    expect(missed).toBeGreaterThan(8);
  });

  test('shows what was put before it if the order was in it, and only then', async () => {
    for (const [state, isEntered] of states()) {
      const definition = JSON.parse(
        (files[`${machine}.asl.json`] ?? '')
          .replaceAll(`"Next": "${state}"`, '"Next": "Added"')
          .replaceAll(`"Default": "${state}"`, '"Default": "Added"')
          .replaceAll(`"StartAt": "${state}"`, '"StartAt": "Added"'),
      ) as Definition;
      definition.States['Added'] = { Type: 'Pass', Next: state };
      const { text } = await rehearse(chosen.notAtOnce, machine, JSON.stringify(definition));
      const added = new RegExp(`^diverges {7}added: 'Added' is new, between .* and '${state}'\\n`);
      expect([state, text]).toEqual([state, expect.stringMatching(isEntered ? added : /^same path/)]);
    }
  });
});

describe('A changed Choice', () => {
  test('shows where an order that was planned again would now be returned', async () => {
    const definition = changed('order-lifecycle', ({ States }) => {
      Object.assign(States['IsAttemptLeft'] ?? {}, {
        Choices: [
          {
            Condition: '{% $states.input.planAgain and $states.input.frame.cycle > 2 %}',
            Output: '{% $states.input.frame %}',
            Next: 'AwaitRoute',
          },
        ],
      });
    });
    const { text, exit } = await rehearse(chosen.notAtOnce, 'order-lifecycle', definition);
    expect(text).toMatch(
      /^diverges {7}choice: the Choice 'IsAttemptLeft' goes to 'ReturnOrder' where it went to 'AwaitRoute'\n/,
    );
    expect(text).toMatch(
      /state {8}AwaitRoute\n {2}event {8}\d+ TaskStateEntered; instead: TaskStateEntered ReturnOrder\n/,
    );
    expect(text).toMatch(
      /recorded {5}IsAttemptLeft > AwaitRoute > AwaitDispatch.*\n {2}now {10}IsAttemptLeft > ReturnOrder\n/,
    );
    expect(exit).toBe(1);
    expect(await rehearse(chosen.delivered, 'order-lifecycle', definition)).toMatchObject({ exit: 0 });
  });

  test('shows the wave that would now be taken for empty', async () => {
    const definition = (files['route-planning.asl.json'] ?? '').replace('requestCount = 0', 'requestCount > 0');
    const { text, exit } = await rehearse(chosen.wave, 'route-planning', definition);
    expect(text).toMatch(/the Choice 'IsWaveEmpty' goes to 'WaveEmpty' where it went to 'PlanRoutes'/);
    expect(exit).toBe(1);
  });
});

describe('An added state', () => {
  test('is named with the states around it', async () => {
    const definition = changed('order-lifecycle', ({ States }) => {
      Object.assign(States['AwaitDelivery'] ?? {}, { Next: 'CheckProof' });
      States['CheckProof'] = { Type: 'Pass', Next: 'CloseOrder' };
    });
    const { text, exit } = await rehearse(chosen.delivered, 'order-lifecycle', definition);
    expect(text).toMatch(/^diverges {7}added: 'CheckProof' is new, between 'AwaitDelivery' and 'CloseOrder'\n/);
    expect(text).toMatch(/event {8}\d+ TaskStateEntered; instead: PassStateEntered CheckProof\n/);
    expect(text).toMatch(
      /recorded {5}AwaitDelivery > CloseOrder > .*\n {2}now {10}AwaitDelivery > CheckProof > CloseOrder/,
    );
    expect(exit).toBe(1);
  });

  test('is found at the very start', async () => {
    const definition = changed('route-dispatch', (machine) => {
      machine.States['CheckRoute'] = { Type: 'Pass', Next: machine.StartAt };
      machine.StartAt = 'CheckRoute';
    });
    const { text, exit } = await rehearse(chosen.route, 'route-dispatch', definition);
    expect(text).toMatch(/added: 'CheckRoute' is new, between the start and 'OfferRoute'/);
    expect(exit).toBe(1);
  });
});

describe('A time limit', () => {
  test('that the recorded tour would have passed is told', async () => {
    const definition = changed('route-dispatch', ({ States }) => {
      Object.assign(States['FollowRoute'] ?? {}, { TimeoutSeconds: 600, HeartbeatSeconds: 300 });
    });
    const { text, exit } = await rehearse(chosen.route, 'route-dispatch', definition);
    expect(text).toMatch(
      /outcome: 'FollowRoute' has TaskTimedOut 'FollowRoute' \(States.Timeout\) where it had TaskSucceeded/,
    );
    expect(exit).toBe(1);
  });
});

describe('An order that is under way, or was stopped, in AwaitDelivery', () => {
  const under = 'under-way';
  const stopped = 'stopped';

  beforeAll(() => {
    const { events } = JSON.parse(historyOf(`${chosen.delivered}.order-lifecycle`)) as {
      events: { type: string; id: number; timestamp: string; stateEnteredEventDetails?: { name: string } }[];
    };
    const entered = events.findIndex(({ stateEnteredEventDetails: state }) => state?.name === 'AwaitDelivery');
    const standing = events.slice(0, entered + 4);
    const { id, timestamp } = standing.at(-1) ?? { id: 0, timestamp: '' };
    const aborted = {
      id: id + 1,
      previousEventId: 0,
      timestamp,
      type: 'ExecutionAborted',
      executionAbortedEventDetails: {},
    };
    const write = (name: string, content: object) =>
      writeFileSync(join(folder, `${name}.order-lifecycle.history.json`), JSON.stringify(content));
    write(under, { events: standing });
    write(stopped, { events: [...standing, aborted] });
  });

  test('takes the same path so far, and can go on', async () => {
    const { text, exit } = await rehearse(under, 'order-lifecycle');
    expect(text).toMatch(/^same path/);
    expect(text).toMatch(/\nredrive {8}not possible: the execution is running/);
    expect(text).toMatch(/\nresume {9}possible: at 'AwaitDelivery', with the input it was entered with/);
    expect(exit).toBe(0);
  });

  test('can be redriven once it was stopped', async () => {
    const { text, exit } = await rehearse(stopped, 'order-lifecycle');
    expect(text).toMatch(/\nredrive {8}possible: until \d{4}-\d\d-\d\dT.*a redrive runs the definition it began with/);
    expect(exit).toBe(0);
  });

  test('cannot go on where its state is gone', async () => {
    const { text, exit } = await rehearse(
      under,
      'order-lifecycle',
      renamed('order-lifecycle', 'AwaitDelivery', 'AwaitHandover'),
    );
    expect(text).toMatch(/renamed: 'AwaitDelivery' is gone, and 'AwaitHandover', a Task too/);
    expect(text).toMatch(
      /\nresume {9}not possible: it stands at 'AwaitDelivery' \(event \d+\), which the definition does not have there/,
    );
    expect(exit).toBe(1);
  });
});

test('A history of another machine is refused', async () => {
  const definition = files['order-lifecycle.asl.json'];
  await expect(rehearse(chosen.route, 'route-dispatch', definition)).rejects.toThrow(
    /of another machine: of its states OfferRoute, FollowRoute, CloseRoute, RouteClosed the definition has none/,
  );
});
