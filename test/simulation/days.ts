/** What the simulations share: the assembly, a small day of orders and vans, and a run of it that a test looks into. */

import { ensureAssembly } from '../../cli/assembly.ts';
import { type DaySettings, type SimulatedDay, simulateDay } from '../../cli/simulation/simulated-day.ts';
import type { Fleet, Order } from '../../domain/index.ts';
import { type DriverProfile, profileNamed, sampleDay } from '../../fleet/index.ts';
import { type LineReport, readOrderLines } from '../../operations/index.ts';

export const START = '2026-01-31T08:00:00.000Z';

/** `minutes` after the start of the day. */
export const at = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString();

export interface TestDay {
  readonly orders: Order[];
  readonly fleet: Fleet;
}

export const smallDay = (orders = 12, vehicles = 2): TestDay =>
  sampleDay({ seed: 1, orders, vehicles, startAt: START });

export interface RunOptions
  extends Partial<Pick<DaySettings, 'prepare' | 'onEnd' | 'seed' | 'log' | 'faults' | 'handOver'>> {
  readonly fleet: Fleet;
  readonly profile?: DriverProfile;
}

export const SMOOTH = profileNamed('smooth');

/** @param lines orders, or lines of a file as they stand */
export function runDay(lines: readonly (object | string)[], options: RunOptions): Promise<SimulatedDay> {
  const { fleet, profile = SMOOTH, seed = 1, ...rest } = options;
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  return simulateDay({
    assembly: ensureAssembly(() => undefined),
    lines: readOrderLines(text),
    fleet,
    profile,
    seed,
    ...rest,
  });
}

export function orderOf({ report }: SimulatedDay, orderId: string): LineReport {
  const found = report.orders.find((order) => order.orderId === orderId);
  if (found === undefined) throw new Error(`no line of order ${orderId} in the report`);
  return found;
}

export const statusesOf = ({ report }: SimulatedDay): string[] => report.orders.map(({ status }) => status);
