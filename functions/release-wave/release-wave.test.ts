import { beforeEach, describe, expect, test } from '@jest/globals';
import { isoOf, msOf } from '../../domain/index.ts';
import { openWaves } from '../open-waves/open-waves.ts';
import { requestReplan } from '../platform/replan-requests.ts';
import { NOW, type RouteWorld, routeWorld, vehicle } from '../platform/testing/route-world.ts';
import { releaseWave } from './release-wave.ts';

const ASKED = { depotId: 'd1', routeId: 'r', reason: 'order o1 was promised anew' };

let world: RouteWorld;

const itemOf = (routeId = 'r') => world.tables.get('planning', 'DEPOT#d1', `REPLAN#${routeId}`);
const ask = (routeId = 'r') =>
  requestReplan(world.ports.documents, world.ports.planningTable, { ...ASKED, routeId }, msOf(world.at));
const release = (waveId: string) => releaseWave({ depotId: 'd1', waveId, reason: 'no capacity' }, world.ports);
/** @returns ids of the waves that were opened, `minutes` after the last look */
async function open(minutes = 5): Promise<readonly string[]> {
  world.at = isoOf(msOf(world.at) + minutes * 60_000);
  return (await openWaves({ ...world.ports, planningMachineArn: 'arn:planning' })).opened;
}

beforeEach(async () => {
  world = routeWorld();
  world.at = NOW;
  world.tables.put('fleet', { depotId: 'd1', sk: 'DEPOT', position: [8.5, 47.3] }, vehicle('v1', { routeId: 'r' }));
  await ask();
});

describe('a re-plan whose wave fails', () => {
  test('is asked for again, three times at most, and then given up', async () => {
    for (const tries of [1, 2]) {
      const [waveId = ''] = await open();
      expect(waveId).toMatch(/^d1-/);
      expect(itemOf()).not.toHaveProperty('pendingShard');
      expect((await release(waveId)).replans).toEqual({ again: ['r'], givenUp: [] });
      expect(itemOf()).toMatchObject({ pendingShard: 'REPLAN', tries, reason: ASKED.reason });
    }
    const [last = ''] = await open();
    expect((await release(last)).replans).toEqual({ again: [], givenUp: ['r'] });
    expect(await open()).toEqual([]);
  });

  test('is asked for once more when its failure is told twice', async () => {
    const [waveId = ''] = await open();
    await release(waveId);
    expect((await release(waveId)).replans).toEqual({ again: [], givenUp: [] });
    expect(itemOf()).toMatchObject({ tries: 1 });
  });

  test('waits for the next wave also when it failed before the opening was noted', async () => {
    const waves: string[] = [];
    world.ports.machines.send = (async ({ input }: { input: { name: string } }) => {
      waves.push(input.name);
      await release(input.name);
      return {};
    }) as unknown as typeof world.ports.machines.send;
    expect(await open()).toEqual(waves);
    expect(itemOf()).toMatchObject({ pendingShard: 'REPLAN', tries: 1 });
  });

  test('leaves alone what another wave was opened for, or what was asked for since', async () => {
    await open();
    await ask('other');
    const [second = ''] = await open();
    await ask();
    expect((await release(second)).replans).toEqual({ again: ['other'], givenUp: [] });
    expect(itemOf()).toMatchObject({ pendingShard: 'REPLAN', tries: 0 });
  });
});
