/**
 * A whole day in a region: the fleet signs in, each order is placed at its time, drivers drive, and time skips from one
 * due moment to the next until every line has an end. The day is the same for the same input and seed; what it reads to
 * watch itself is not billed to it.
 */
import { type Fleet, isTerminal } from '../../domain/index.ts';
import type { DriverProfile, FleetStatistics } from '../../fleet/index.ts';
import {
  areAllKnown,
  buildReport,
  type Deployed,
  ExecutionBook,
  FleetBook,
  Intake,
  type LocalRefusal,
  MatrixBook,
  OrderBook,
  type OrderLine,
  openDeployed,
  RouteBook,
  type RunReport,
} from '../../operations/index.ts';
import { type FaultPlan, type LogRecord, openRegion, type Region } from '../../region/index.ts';
import type { Roads } from '../../roads/index.ts';
import { putOnDuty } from './fleet-on-duty.ts';
import { notificationsOf } from './notifications.ts';
import { streetNavigator } from './street-navigator.ts';
import { type Timetable, timetableOf } from './timetable.ts';

export interface Progress {
  readonly settled: number;
  readonly total: number;
  readonly nowMs: number;
}

export interface DaySettings {
  readonly assembly: string;
  readonly lines: readonly OrderLine[];
  readonly fleet: Fleet;
  readonly seed: number;
  readonly profile: DriverProfile;
  /** Streets to plan and to drive on; without them, a model without a map. */
  readonly roads?: Roads;
  /** What goes wrong until the day is over. */
  readonly faults?: FaultPlan;
  readonly log?: (record: LogRecord) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Called before time begins to pass, e.g. to have a customer cancel at some moment. */
  readonly prepare?: (region: Region, deployed: Deployed) => void;
  /** Called when all is over, before the region closes. */
  readonly onEnd?: (deployed: Deployed) => Promise<void>;
  /** Called with the result, before the region closes: nothing of the day is left to do, and no fault hits any more.
   * `reportAgain` reports on the day with what was done since. */
  readonly handOver?: (day: SimulatedDay, region: Region, reportAgain: () => Promise<RunReport>) => Promise<void>;
}

export interface SimulatedDay {
  readonly report: RunReport;
  readonly statistics: Readonly<Partial<FleetStatistics>>;
  /** Seconds of this machine, by what they were spent on. */
  readonly spentSeconds: Readonly<Record<string, number>>;
  /** How often each rule of the fault plan hit. */
  readonly faultHits: Readonly<Record<string, number>>;
}

/** How often the day is looked at, in virtual time. */
const SLICE_MS = 10 * 60_000;

type Usage = Readonly<Record<string, number>>;

/** @throws CommandFailure for times too far apart; what broke the region, if something did */
export async function simulateDay(settings: DaySettings): Promise<SimulatedDay> {
  const { lines, fleet, seed, profile, assembly, faults, log, roads } = settings;
  const timetable = timetableOf(lines, fleet);
  const stopwatch = new Stopwatch();
  const startAt = new Date(timetable.startMs).toISOString();
  const clock = { mode: 'auto-skip', startAt } as const;
  const region = await openRegion({
    assembly,
    clock,
    seed,
    ...(log !== undefined && { log }),
    ...(faults !== undefined && { faults }),
    ...(roads !== undefined && { roads }),
  });
  try {
    const deployed = openDeployed({ sdk: (Client) => region.sdk(Client), outputs: region.outputs() });
    stopwatch.lap('opening');
    const watched = new Watched(region);
    await watched.unbilled(() => new FleetBook(deployed).write(fleet));
    const drivers = putOnDuty(region, fleet.vehicles, {
      profile,
      seed,
      log: (message, fields) => log?.({ at: isoNow(region), from: 'fleet', level: 'info', message, fields }),
      ...(roads !== undefined && { navigator: streetNavigator(roads) }),
    });
    const localRefusals = scheduleSendings(region, deployed, timetable);
    settings.prepare?.(region, deployed);
    await runToEnd(settings, { region, deployed, watched, timetable, localRefusals });
    const toMs = region.clock.now();
    region.endFaults();
    await drivers.stop();
    stopwatch.lap('running');
    const usage = watched.billed();
    const reported = async (toMs: number, usage: Usage): Promise<RunReport> => {
      const content = await new OrderBook(deployed).all();
      return buildReport({
        ...content,
        lines,
        localRefusals,
        seed,
        profile: profile.name,
        fromMs: timetable.startMs,
        toMs,
        routeItems: await new RouteBook(deployed).all(),
        matrices: await new MatrixBook(deployed).all(),
        notifications: notificationsOf(region),
        usage,
        executions: await executionsOf(
          deployed,
          content.orders.map(({ orderId }) => orderId),
        ),
      });
    };
    const report = await reported(toMs, usage);
    await settings.onEnd?.(deployed);
    stopwatch.lap('reporting');
    const day = {
      report,
      statistics: drivers.statistics(),
      spentSeconds: stopwatch.laps,
      faultHits: region.faultHits(),
    };
    await settings.handOver?.(day, region, () => reported(region.clock.now(), watched.billed()));
    return day;
  } finally {
    await region.close();
  }
}

const isoNow = (region: Region): string => new Date(region.clock.now()).toISOString();

class Stopwatch {
  readonly laps: Record<string, number> = {};
  #fromMs = performance.now();

  lap(name: string): void {
    const nowMs = performance.now();
    this.laps[name] = (nowMs - this.#fromMs) / 1000;
    this.#fromMs = nowMs;
  }
}

/** Keeps apart what the day uses and what watching it uses. */
class Watched {
  readonly #region: Region;
  readonly #unbilled = new Map<string, number>();

  constructor(region: Region) {
    this.#region = region;
  }

  async unbilled<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#region.usage();
    const result = await work();
    for (const [counter, amount] of Object.entries(this.#region.usage())) {
      const used = amount - (before[counter] ?? 0);
      if (used > 0) this.#unbilled.set(counter, (this.#unbilled.get(counter) ?? 0) + used);
    }
    return result;
  }

  billed(): Usage {
    const usage = Object.entries(this.#region.usage());
    return Object.fromEntries(usage.map(([counter, amount]) => [counter, amount - (this.#unbilled.get(counter) ?? 0)]));
  }
}

/** @returns the lines that the queue can not take, filled while the day passes */
function scheduleSendings(region: Region, deployed: Deployed, { sendings }: Timetable): LocalRefusal[] {
  const intake = new Intake(deployed);
  const refused: LocalRefusal[] = [];
  for (const { atMs, lines } of sendings) {
    region.clock.at(atMs, () =>
      region.spawn(async () => {
        refused.push(...(await intake.place(lines)).refused);
      }),
    );
  }
  return refused;
}

interface Day {
  readonly region: Region;
  readonly deployed: Deployed;
  readonly watched: Watched;
  readonly timetable: Timetable;
  readonly localRefusals: readonly LocalRefusal[];
}

async function runToEnd(settings: DaySettings, day: Day): Promise<void> {
  const { region, deployed, watched, timetable } = day;
  const { lines } = settings;
  const book = new OrderBook(deployed);
  const executions = new ExecutionBook(deployed);
  const orderIds = new Set(lines.flatMap(({ orderId }) => (orderId === undefined ? [] : [orderId])));
  const total = orderIds.size;
  const lastSendingMs = timetable.sendings.at(-1)?.atMs ?? timetable.startMs;
  const open = new Set(orderIds);
  let isQuiet = false;
  for (;;) {
    const nowMs = region.clock.now();
    const untilMs = Math.min(timetable.horizonMs, nextLookMs(nowMs, isQuiet, timetable));
    await region.run(untilMs);
    const isDone = await watched.unbilled(async () => {
      const placed = placedBy(timetable, untilMs, open);
      const glances = await book.glances(placed);
      for (const [orderId, { status }] of glances) if (isTerminal(status)) open.delete(orderId);
      const isAnyAlive = [...glances.values()].some(({ status }) => !isTerminal(status));
      isQuiet = !isAnyAlive && !(await executions.isAnyOpen());
      settings.onProgress?.({ settled: total - open.size, total, nowMs: untilMs });
      if (!isQuiet || untilMs <= lastSendingMs) return false;
      return areAllKnown({ ...(await book.all()), lines, localRefusals: day.localRefusals });
    });
    if (isDone || untilMs >= timetable.horizonMs) return;
  }
}

/** Ids of lines that have been sent and are not known to have ended. */
function placedBy({ sendings }: Timetable, untilMs: number, open: ReadonlySet<string>): string[] {
  const placed = new Set<string>();
  for (const { atMs, lines } of sendings) {
    if (atMs > untilMs) break;
    for (const { orderId } of lines) if (orderId !== undefined && open.has(orderId)) placed.add(orderId);
  }
  return [...placed];
}

/** While nothing is under way, nothing is worth a look before the next order is placed. */
function nextLookMs(nowMs: number, isQuiet: boolean, { sendings }: Timetable): number {
  const soonMs = nowMs + SLICE_MS;
  if (!isQuiet) return soonMs;
  const next = sendings.find(({ atMs }) => atMs > nowMs);
  return next === undefined ? soonMs : Math.max(soonMs, next.atMs);
}

async function executionsOf(
  deployed: Deployed,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly transitions: number; readonly arn: string }>> {
  const book = new ExecutionBook(deployed);
  const executions = new Map<string, { readonly transitions: number; readonly arn: string }>();
  for (const orderId of orderIds) {
    const transitions = await book.transitions(orderId);
    if (transitions > 0) executions.set(orderId, { transitions, arn: book.orderExecutionArn(orderId) });
  }
  return executions;
}
