/**
 * Pictures of what `npm run bench -- routing ... --json FILE` measured: `npm run bench -- routing-picture FILE [FILE ...]
 * [--out build/routing.svg]`. Above, the mean gap to the best known distance over time, a line per number of customers, and the
 * share of the instances that it is the mean of: it rises where an instance comes down to as few vehicles, at a longer
 * distance. Below, what is left of the gap in the end for each instance.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { RoutingLine } from './routing.ts';

/** One instance at one moment. */
interface Moment {
  readonly set: string;
  readonly instance: string;
  readonly seconds: number;
  /** In percent; null while there are too many vehicles. */
  readonly gap: number | null;
  /** Whether there are as few vehicles as the best known plan has, in percent. */
  readonly reached: number;
}

/** Moments at which the lines are drawn, evenly apart on a logarithmic axis. */
function moments(longestSeconds: number): number[] {
  const first = 0.1;
  const count = 40;
  return Array.from({ length: count + 1 }, (_, index) => first * (longestSeconds / first) ** (index / count));
}

/** The gap of the best complete solution known at a moment; undefined while there are too many vehicles or none. */
function gapAt({ trace, bestDistance, bestVehicles = 0 }: RoutingLine, seconds: number): number | undefined {
  const point = trace.findLast(([at]) => at <= seconds);
  if (point === undefined || bestDistance === undefined) return undefined;
  const [, vehicles, distance] = point;
  return vehicles > bestVehicles ? undefined : (distance / bestDistance - 1) * 100;
}

function momentsOf(lines: readonly RoutingLine[]): Moment[] {
  const longest = Math.max(...lines.map(({ seconds }) => seconds));
  return lines.flatMap((line) =>
    moments(longest).map((seconds): Moment => {
      const gap = gapAt(line, seconds) ?? null;
      const { customers, instance } = line;
      return { set: `${customers} customers`, instance, seconds, gap, reached: gap === null ? 0 : 100 };
    }),
  );
}

function pictureOf(lines: readonly RoutingLine[]): TopLevelSpec {
  const ends = lines.flatMap(({ instance, customers, gap, vehicles, bestVehicles = 0 }) =>
    gap === undefined ? [] : [{ instance, customers, gap, more: vehicles - bestVehicles }],
  );
  const bySet = { field: 'set', type: 'nominal', sort: null, title: null } as const;
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    title: 'Route solver against the best known distances',
    vconcat: [
      {
        width: 560,
        height: 280,
        data: { values: momentsOf(lines) },
        mark: { type: 'line', interpolate: 'monotone' },
        encoding: {
          x: { field: 'seconds', type: 'quantitative', scale: { type: 'log' }, title: 'seconds' },
          y: {
            aggregate: 'mean',
            field: 'gap',
            type: 'quantitative',
            title: 'mean gap of those with as few vehicles, %',
          },
          color: bySet,
        },
      },
      {
        width: 560,
        height: 140,
        data: { values: momentsOf(lines) },
        mark: { type: 'line', interpolate: 'step-after' },
        encoding: {
          x: { field: 'seconds', type: 'quantitative', scale: { type: 'log' }, title: 'seconds' },
          y: { aggregate: 'mean', field: 'reached', type: 'quantitative', title: 'with as few vehicles, %' },
          color: bySet,
        },
      },
      {
        width: 560,
        height: 240,
        data: { values: ends },
        layer: [
          {
            mark: { type: 'point', filled: true, opacity: 0.6 },
            encoding: {
              color: { condition: { test: 'datum.more > 0', value: '#d62728' }, value: '#1f77b4' },
              tooltip: { field: 'instance' },
            },
          },
          {
            mark: { type: 'tick', thickness: 2, color: 'black' },
            encoding: { y: { aggregate: 'mean', field: 'gap' } },
          },
        ],
        encoding: {
          x: {
            field: 'customers',
            type: 'ordinal',
            title: 'customers (red: more vehicles than the best known; tick: mean)',
          },
          y: { field: 'gap', type: 'quantitative', title: 'gap in the end, %' },
        },
      },
    ],
  };
}

export async function drawRouting(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: { out: { type: 'string', default: 'build/routing.svg' } },
  });
  if (positionals.length === 0) {
    throw new Error('Name the files that routing wrote with --json: npm run bench -- routing-picture FILE [FILE ...]');
  }
  const lines = positionals.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as RoutingLine[]);
  lines.sort((one, other) => one.customers - other.customers);
  const view = new View(parse(compile(pictureOf(lines)).spec), { renderer: 'none' });
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, await view.toSVG());
  console.log(`Wrote ${values.out}: ${lines.length} instances`);
}
