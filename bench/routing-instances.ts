/**
 * Benchmark instances of vehicle routing with time windows in Solomon's text format, turned into problems of the
 * routing port, and the table of best known values beside them. One unit of an instance becomes 1,000 seconds, so that
 * the port's whole milliseconds are a millionth of a unit.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RoutingObjective, RoutingProblem } from '../domain/index.ts';

export type BenchObjective = 'hierarchical' | 'dimacs';

export interface Customer {
  readonly x: number;
  readonly y: number;
  readonly demand: number;
  readonly ready: number;
  readonly due: number;
  readonly service: number;
}

export interface Instance {
  readonly name: string;
  readonly fleet: number;
  readonly capacity: number;
  /** The first is the depot. */
  readonly customers: readonly Customer[];
}

export interface BestKnown {
  readonly vehicles: number;
  readonly distance: number;
}

const MS_PER_UNIT = 1_000_000;
export const SECONDS_PER_UNIT = MS_PER_UNIT / 1000;

/** @throws Error that names the file when it is not of Solomon's format */
export function readInstance(file: string): Instance {
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim());
  const rows = lines
    .filter((line) => /^[\d.\s]+$/.test(line) && line !== '')
    .map((line) => line.split(/\s+/).map(Number));
  const [fleet, capacity] = rows.find((row) => row.length === 2) ?? [];
  const customers = rows
    .filter((row) => row.length === 7)
    .map(([, x = 0, y = 0, demand = 0, ready = 0, due = 0, service = 0]) => ({ x, y, demand, ready, due, service }));
  if (fleet === undefined || capacity === undefined || customers.length < 2) {
    throw new Error(`${file} is not an instance in Solomon's format: give a file with VEHICLE and CUSTOMER sections`);
  }
  return { name: basename(file, '.txt'), fleet, capacity, customers };
}

/** The distance of two customers in units; DIMACS truncates it to one decimal. */
export function distanceOf(from: Customer, to: Customer, objective: BenchObjective): number {
  const distance = Math.hypot(from.x - to.x, from.y - to.y);
  return objective === 'dimacs' ? Math.floor(distance * 10 + 1e-9) / 10 : distance;
}

export function problemOf(instance: Instance, objective: BenchObjective, seed: number): RoutingProblem {
  const { customers, fleet, capacity } = instance;
  const size = customers.length;
  const durationsSeconds = new Float64Array(size * size);
  for (const [row, from] of customers.entries()) {
    for (const [column, to] of customers.entries()) {
      durationsSeconds[row * size + column] = (distanceOf(from, to, objective) * MS_PER_UNIT) / 1000;
    }
  }
  const windowOf = ({ ready, due }: Customer) => ({ fromMs: ready * MS_PER_UNIT, toMs: due * MS_PER_UNIT });
  const depot = customers[0] as Customer;
  const kind: RoutingObjective = objective === 'dimacs' ? { kind: 'weighted', perSecond: 1 } : { kind: 'hierarchical' };
  return {
    depot: [0, 0],
    stops: customers.slice(1).map((customer, index) => ({
      stopId: `${index + 1}`,
      orderIds: [`${index + 1}`],
      position: [0, 0],
      serviceSeconds: (customer.service * MS_PER_UNIT) / 1000,
      window: windowOf(customer),
      load: [customer.demand],
      priority: 0,
    })),
    vehicles: Array.from({ length: fleet }, (_, index) => ({
      vehicleId: `${index + 1}`,
      driverId: `${index + 1}`,
      capacity: [capacity],
      shift: windowOf(depot),
    })),
    matrix: { size, durationsSeconds, distancesMeters: durationsSeconds },
    nowMs: 0,
    iterations: Number.MAX_SAFE_INTEGER,
    seed,
    objective: kind,
  };
}

/** Instance files of one set, or of all, by name. */
export function instanceFiles(folder: string, set: string | undefined): string[] {
  if (!existsSync(folder)) throw new Error(`There is no folder of instances at ${folder}; name one with --dir`);
  const sets = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const chosen = sets.map(({ name }) => name).filter((name) => set === undefined || name === set);
  if (set !== undefined && chosen.length === 0) {
    throw new Error(`There is no set '${set}' in ${folder}; name one of ${sets.map(({ name }) => name).join(', ')}`);
  }
  const folders = chosen.length > 0 ? chosen.map((name) => join(folder, name)) : [folder];
  return folders.flatMap((path) =>
    readdirSync(path)
      .filter((name) => name.endsWith('.txt'))
      .sort()
      .map((name) => join(path, name)),
  );
}

/** By instance name; empty when the folder has no `best-known.csv`. */
export function readBestKnown(folder: string, objective: BenchObjective): Map<string, BestKnown> {
  const file = join(folder, 'best-known.csv');
  const best = new Map<string, BestKnown>();
  if (!existsSync(file)) return best;
  const [header = '', ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const columns = header.split(',');
  const prefix = objective === 'dimacs' ? 'dimacs_' : '';
  for (const row of rows.map((line) => line.split(','))) {
    const cell = (name: string): string => row[columns.indexOf(name)] ?? '';
    best.set(cell('instance'), {
      vehicles: Number(cell(`${prefix}vehicles`)),
      distance: Number(cell(`${prefix}distance`)),
    });
  }
  return best;
}
