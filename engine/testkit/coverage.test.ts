import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  assertCoverage,
  coverageJson,
  coverageLcov,
  coverageOf,
  coverageTable,
  type Fault,
  type Mocks,
  mergeCoverage,
  type RunResult,
  runMachine,
} from './index.ts';

const FILE = join(import.meta.dirname, '..', '..', 'asl', 'route-planning.asl.json');
const TEXT = readFileSync(FILE, 'utf8');
const WAVE = { waveId: 'w-1', depotId: 'D1' };
const CLAIM = { ...WAVE, requestCount: 2, task: { cpu: '1024', memory: '2048' }, replan: 'never' };
const MOCKS: Mocks = {
  ClaimRequests: { result: { Payload: CLAIM } },
  PlanRoutes: { result: {}, afterSeconds: 60 },
  AssignOrders: { result: { Payload: { ...WAVE, routes: [{ routeId: 'r-1' }, { routeId: 'r-2' }] } } },
  StartDispatch: { result: {} },
  ReleaseWave: { result: {} },
};
const run = (mocks: Mocks, faults: readonly Fault[] = []): Promise<RunResult> =>
  runMachine({
    definition: TEXT,
    substitutions: (name) => name,
    input: WAVE,
    mocks: { ...MOCKS, ...mocks },
    faults,
  });
const fault = (state: string, error: string, attempt?: number): Fault[] => [
  { state, error, ...(attempt !== undefined && { attempt }) },
];

describe('Coverage of the route planning machine', () => {
  test('names with their lines what a happy path has not reached, and adds up runs', async () => {
    const happy = coverageOf(TEXT, [await run({})]);
    expect(happy.parts.find(({ label }) => label === 'IsWaveEmpty: default > PlanRoutes')).toMatchObject({ hits: 1 });
    const missed = happy.parts.find(({ label }) => label === 'IsWaveEmpty: rule 0 > WaveEmpty');
    expect(missed).toMatchObject({ hits: 0, pointer: '/States/IsWaveEmpty/Choices/0' });
    expect(
      TEXT.split('\n')
        .slice((missed?.line ?? 0) - 1, (missed?.line ?? 0) + 3)
        .join(),
    ).toContain('requestCount = 0');
    expect(() => assertCoverage(happy)).toThrow(/line \d+: IsWaveEmpty: rule 0 > WaveEmpty/);
    const empty = coverageOf(TEXT, [
      await run({ ClaimRequests: { result: { Payload: { ...CLAIM, requestCount: 0 } } } }),
    ]);
    const compared = coverageOf(TEXT, [
      await run({ ClaimRequests: { result: { Payload: { ...CLAIM, replan: 'compare' } } } }),
    ]);
    const all = mergeCoverage([happy, empty, compared]);
    expect(() => assertCoverage(all, { states: 60, retriers: 0, catchers: 0 })).not.toThrow();
  });

  test('is whole by mocks and faults alone', async () => {
    const runs = [
      await run({}),
      await run({ ClaimRequests: { result: { Payload: { ...CLAIM, requestCount: 0 } } } }),
      await run({ ClaimRequests: { result: { Payload: { ...CLAIM, replan: 'compare' } } } }),
      ...(await Promise.all(
        ['ClaimRequests', 'AssignOrders', 'PlanRoutes', 'StartDispatch'].map((state) =>
          run({}, fault(state, state === 'PlanRoutes' || state === 'StartDispatch' ? 'Other' : 'TransientError', 0)),
        ),
      )),
      ...(await Promise.all(
        ['ClaimRequests', 'AssignOrders', 'PlanRoutes', 'StartDispatch'].map((state) => run({}, fault(state, 'Other'))),
      )),
      await run({}, fault('AssignOrders', 'PlanMissing')),
      await run({}, fault('StartDispatch', 'StepFunctions.ExecutionAlreadyExistsException')),
      await run({}, [...fault('AssignOrders', 'PlanMissing'), ...fault('ReleaseWave', 'TransientError', 0)]),
    ];
    const coverage = coverageOf(TEXT, runs);
    assertCoverage(coverage);
    expect(coverageTable(coverage)).toMatch(/states +\d+\/\d+ +100.0 %/);
    expect(coverageJson(coverage).totals).toMatchObject({ edges: { percent: 100 }, catchers: { percent: 100 } });
  });

  test('is an lcov tracefile whose totals agree with its records', async () => {
    const lcov = coverageLcov(coverageOf(TEXT, [await run({})]), 'asl/route-planning.asl.json');
    const lines = lcov.split('\n');
    const count = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
    const total = (name: string): number => Number(lines.find((line) => line.startsWith(`${name}:`))?.split(':')[1]);
    expect(lines[1]).toBe('SF:asl/route-planning.asl.json');
    expect([total('FNF'), total('BRF'), total('LF')]).toEqual([count(/^FN:/), count(/^BRDA:/), count(/^DA:/)]);
    expect(total('FNH')).toBe(count(/^FNDA:[1-9]/));
    expect(total('BRH')).toBe(count(/^BRDA:.*,[1-9]\d*$/));
    expect(lines.at(-2)).toBe('end_of_record');
  });

  test('asks for the names of errors where it is told to, each by the first that matched', async () => {
    const once = coverageOf(TEXT, [await run({}, fault('AssignOrders', 'Lambda.SdkClientException', 0))]);
    const hits = once.parts.filter(({ kind, hits: count }) => kind === 'error' && count > 0);
    expect(hits.map(({ label }) => label)).toEqual(['AssignOrders: Retry 0 on Lambda.SdkClientException']);
    const loose = { states: 0, edges: 0, retriers: 0, catchers: 0 };
    expect(() => assertCoverage(once, loose)).not.toThrow();
    expect(() => assertCoverage(once, { ...loose, errors: 100 })).toThrow(
      /line \d+: AssignOrders: Retry 0 on TransientError/,
    );
  });

  test('takes exceptions with a reason, and none that is not needed', async () => {
    const coverage = coverageOf(TEXT, [await run({})]);
    const unreached = coverage.parts.filter(({ hits }) => hits === 0).map(({ label }) => [label, 'not here'] as const);
    expect(() => assertCoverage(coverage, { except: Object.fromEntries(unreached) })).not.toThrow();
    expect(() => assertCoverage(coverage, { except: { PlanRoutes: 'why' } })).toThrow(
      /was reached: take the exception out/,
    );
    expect(() => assertCoverage(coverage, { except: { Nowhere: 'why' } })).toThrow(/no part of the definition/);
  });

  test('tells two rules apart that lead to the same state', async () => {
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Is',
      States: {
        Is: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.a %}', Next: 'Done' },
            { Condition: '{% $states.input.b %}', Next: 'Done' },
          ],
          Default: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    };
    const runs = [await runMachine({ definition, input: { a: false, b: true } })];
    const hits = coverageOf(definition, runs)
      .parts.filter(({ kind }) => kind === 'edge')
      .map((part) => part.hits);
    expect(hits).toEqual([0, 1, 0]);
  });
});
