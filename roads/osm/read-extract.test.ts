import { describe, expect, test } from '@jest/globals';
import { at, chunksOf, gridTown, Town } from '../testing/small-town.ts';
import { readExtract } from './read-extract.ts';
import { limitKmh, wayRuleOf } from './way-rules.ts';

/** Two ways from west to east, a short one and one around it by the north. */
function twoWays(shortTags: Readonly<Record<string, string>>): Town {
  const town = new Town();
  town.way([
    [0, 0],
    [1, 0],
    [1, 2],
    [3, 2],
    [3, 0],
    [4, 0],
  ]);
  town.way(
    [
      [1, 0],
      [3, 0],
    ],
    { highway: 'residential', ...shortTags },
  );
  return town;
}

const metersEast = async (town: Town): Promise<number> => (await town.roads()).way(at(0, 0), at(4, 0))?.meters ?? -1;
const metersWest = async (town: Town): Promise<number> => (await town.roads()).way(at(4, 0), at(0, 0))?.meters ?? -1;
const SHORT = 400;
const LONG = 800;
const isAbout = (meters: number, expected: number): void => {
  expect(meters).toBeGreaterThan(expected * 0.98);
  expect(meters).toBeLessThan(expected * 1.02);
};

describe('reading an extract', () => {
  test('keeps the shape of streets and gives each way its length', async () => {
    const { graph, report } = await twoWays({}).read();
    expect(report).toMatchObject({ ways: 2, streets: 4, streetsCutOff: 0, networks: 1 });
    expect(graph.vertexCount).toBe(4);
    isAbout(await metersEast(twoWays({})), SHORT);
  });

  test.each([
    ['a one-way street', { oneway: 'yes' }, SHORT, LONG],
    ['one against its nodes', { oneway: '-1' }, LONG, SHORT],
    ['a roundabout', { junction: 'roundabout' }, SHORT, LONG],
    ['a private street', { access: 'private' }, LONG, LONG],
    ['one closed to motor vehicles', { motor_vehicle: 'no' }, LONG, LONG],
    ['one that only deliveries may use', { access: 'no', motor_vehicle: 'delivery' }, SHORT, SHORT],
    ['one that is slow', { maxspeed: '5' }, LONG, LONG],
    ['one that is slow one way', { 'maxspeed:backward': '5' }, SHORT, LONG],
    ['a path', { highway: 'footway' }, LONG, LONG],
  ])('knows %s', async (_, tags, east, west) => {
    isAbout(await metersEast(twoWays(tags as Record<string, string>)), east);
    isAbout(await metersWest(twoWays(tags as Record<string, string>)), west);
  });

  test('ends a street at a bollard, from both sides', async () => {
    const town = twoWays({});
    town.way([
      [3, 0],
      [3, -1],
    ]);
    const blocked = new Town();
    blocked.way([
      [0, 0],
      [1, 0],
      [1, 2],
      [3, 2],
      [3, 0],
      [4, 0],
    ]);
    blocked.way([
      [1, 0],
      [2, 0],
      [3, 0],
    ]);
    blocked.node(2, 0, { barrier: 'bollard' });
    isAbout(await metersEast(blocked), LONG);
    const roads = await blocked.roads();
    isAbout(roads.way(at(0, 0), at(1.9, 0))?.meters ?? -1, 190);
    isAbout(roads.way(at(4, 0), at(2.1, 0))?.meters ?? -1, 190);
  });

  test('keeps a banned turn, and an exception of cars from it', async () => {
    const town = (tags = {}) => {
      const made = new Town();
      const west = made.way([
        [0, 0],
        [1, 0],
      ]);
      const middle = made.way([
        [1, 0],
        [3, 0],
      ]);
      made.way([
        [1, 0],
        [1, 2],
        [3, 2],
        [3, 0],
      ]);
      made.way([
        [3, 0],
        [4, 0],
      ]);
      made.restriction('no_straight_on', west, [1, 0], middle, tags);
      return made;
    };
    isAbout(await metersEast(town()), LONG);
    isAbout(await metersWest(town()), SHORT);
    isAbout(await metersEast(town({ except: 'motorcar' })), SHORT);
    expect((await town().read()).report.restrictionsKept).toBe(1);
  });

  test('keeps an only allowed turn, also where the copy of a crossing is the only way in', async () => {
    const made = new Town();
    const west = made.way([
      [0, 0],
      [1, 0],
    ]);
    made.way([
      [1, 0],
      [3, 0],
    ]);
    const north = made.way([
      [1, 0],
      [1, 2],
      [3, 2],
      [3, 0],
    ]);
    made.way([
      [3, 0],
      [4, 0],
    ]);
    made.restriction('only_left_turn', west, [1, 0], north);
    isAbout(await metersEast(made), LONG);
  });

  test('counts the restrictions that it does not keep', async () => {
    const made = gridTown(3);
    made.restriction('no_left_turn', 1, [1, 1], 99);
    made.restriction('no_left_turn', 1, [1, 0], 4, { 'restriction:conditional': 'no_left_turn @ (07:00-09:00)' });
    expect((await made.read()).report).toMatchObject({ restrictionsKept: 0, restrictionsLeftOut: 2 });
  });

  test('drops what cannot be left again, and keeps a second town of some size', async () => {
    const town = gridTown(12);
    town.way(
      [
        [0, 0],
        [-1, 0],
        [-2, 0],
      ],
      { highway: 'residential', oneway: 'yes' },
    );
    town.way([
      [0, 500],
      [3, 500],
    ]);
    expect((await town.read()).report).toMatchObject({ networks: 1, streetsCutOff: 2 });
    const line = Array.from({ length: 12 }, (_, index) => index);
    for (const fixed of line) {
      town.way(line.map((moving): [number, number] => [300 + moving, fixed]));
      town.way(line.map((moving): [number, number] => [300 + fixed, moving]));
    }
    expect((await town.read()).report.networks).toBe(2);
    const roads = await town.roads();
    expect(roads.way(at(1, 1), at(305, 1))).toBeUndefined();
    expect(roads.way(at(301, 1), at(305, 1))?.meters).toBeGreaterThan(380);
  });

  test('goes on on both sides of nodes that the extract lost at its border', async () => {
    const town = gridTown(3);
    const elements = town.elements().filter(({ type, id }) => type !== 'node' || id % 1000 !== 1);
    const { writeExtract } = await import('./write-extract.ts');
    const bytes = writeExtract(elements, 'test');
    const { report } = await readExtract(() => chunksOf(bytes));
    expect(report).toMatchObject({ ways: 6, streets: 4, networks: 2 });
  });

  test('gives the same graph for the same extract, whatever the pieces it is read in', async () => {
    const bytes = gridTown(7).bytes();
    const read = (size: number) => readExtract(() => chunksOf(bytes, size));
    expect(await read(1)).toEqual(await read(100_000));
  });
});

describe('what is no extract', () => {
  const bytes = gridTown(4).bytes();
  const reading = (file: Uint8Array) => readExtract(() => chunksOf(file));

  test.each([
    ['an empty file', new Uint8Array()],
    ['a text', Buffer.from('<?xml version="1.0"?><osm version="0.6"></osm>')],
    ['noise', Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)],
    ['a protobuf of another kind', Buffer.from([0, 0, 0, 4, 10, 2, 65, 66])],
  ])('%s is refused by name', async (_, file) => {
    await expect(reading(file)).rejects.toMatchObject({ name: 'NotAnExtract' });
  });

  test('one cut short is damaged, wherever it is cut but between two blocks', async () => {
    let between = 0;
    for (let length = 20; length < bytes.length; length += 1) {
      const error = await reading(bytes.subarray(0, length)).then(
        () => undefined,
        (thrown: unknown) => thrown as { name: string },
      );
      if (error?.name === 'ExtractWithoutRoads' || error === undefined) between += 1;
      else expect(error.name).toBe('ExtractDamaged');
    }
    expect(between).toBeLessThanOrEqual(2);
  });

  test('one with a byte turned over in a block is damaged', async () => {
    const damaged = Uint8Array.from(bytes);
    const place = bytes.length - 40;
    damaged[place] = (damaged[place] as number) ^ 0xff;
    await expect(reading(damaged)).rejects.toMatchObject({ name: 'ExtractDamaged' });
  });

  test('one without roads says so', async () => {
    const town = new Town();
    town.way(
      [
        [0, 0],
        [1, 0],
      ],
      { building: 'yes' },
    );
    await expect(town.read()).rejects.toMatchObject({ name: 'ExtractWithoutRoads' });
  });

  test('one whose only road leads out of the map says so', async () => {
    const town = new Town();
    town.way(
      [
        [0, 0],
        [1, 0],
      ],
      { highway: 'residential', oneway: 'yes' },
    );
    await expect(town.read()).rejects.toMatchObject({ name: 'ExtractWithoutRoads' });
  });
});

test('limits are read in their units', () => {
  expect(limitKmh('50')).toBe(50);
  expect(limitKmh('30 mph')).toBeCloseTo(48.28, 2);
  expect(limitKmh('30mph')).toBeCloseTo(48.28, 2);
  expect(limitKmh('walk')).toBe(7);
  expect(limitKmh('RO:urban')).toBeUndefined();
  expect(limitKmh('none')).toBeUndefined();
});

test('a motorway is one-way and nobody stops at it', () => {
  expect(wayRuleOf({ highway: 'motorway' })).toMatchObject({ backwardKmh: 0, isThrough: true });
  expect(wayRuleOf({ highway: 'constructor' })).toBeUndefined();
});
