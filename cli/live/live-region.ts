/**
 * A region that runs at a multiple of real time with a fleet at work in it: the sample day, moved so that it begins at a
 * given time, and whatever other commands place. All of this is built anew at each start and then brought back to where
 * its journal of inputs ends, so that it is the same region that goes on.
 */
import type { Fleet } from '../../domain/index.ts';
import type { DriverProfile } from '../../fleet/index.ts';
import {
  ExecutionBook,
  FleetBook,
  Intake,
  OrderBook,
  type OrderBookContent,
  type OrderLine,
  openDeployed,
  shiftedFleet,
  shiftedLine,
} from '../../operations/index.ts';
import { type InputJournal, type LogRecord, openRegion, type Region } from '../../region/index.ts';
import type { Roads } from '../../roads/index.ts';
import { putOnDuty } from '../simulation/fleet-on-duty.ts';
import { streetNavigator } from '../simulation/street-navigator.ts';

export interface LiveSettings {
  readonly assembly: string;
  readonly lines: readonly OrderLine[];
  readonly fleet: Fleet;
  readonly profile: DriverProfile;
  readonly seed: number;
  /** Virtual seconds in a real one. */
  readonly speed: number;
  /** Streets to plan and to drive on. */
  readonly roads?: Roads;
  /** Holds where virtual time begins, and what entered the region since. */
  readonly inputs: InputJournal;
  readonly log: (record: LogRecord) => void;
  /** Once `watch` was called: called about once a real second with all that is known of orders. */
  readonly onLook: (content: OrderBookContent, nowMs: number) => void;
  /** Told virtual times, ms since 1970, while a region is brought back. */
  readonly onProgress?: (nowMs: number) => void;
}

export interface LiveRegion {
  readonly region: Region;
  /** Virtual time that the journal gave back, ms since 1970. */
  readonly resumedMs: number;
  /** How the region stands, asked while it runs. */
  standing(): Promise<Standing>;
  /** Begins to call `onLook`. */
  watch(): void;
  /** Resolves when the region was closed; rejects with what broke it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface Standing {
  readonly openExecutions: number;
  readonly orders: number;
}

/** The first order is placed so long after the start, in virtual time. */
const FIRST_ORDER_MS = 10_000;

const LOOK_EVERY_HOST_MS = 1000;

/** @throws ReplayError when the region does not come back to where it was; what broke it on the way */
export async function openLiveRegion(settings: LiveSettings): Promise<LiveRegion> {
  const { assembly, seed, speed, inputs, log, roads } = settings;
  const clock = { mode: 'scaled', startAt: inputs.startAt, speed } as const;
  const region = await openRegion({ assembly, clock, seed, inputs, log, ...(roads !== undefined && { roads }) });
  try {
    await prepareDay(region, settings);
    const { nowMs } = await region.resume(settings.onProgress);
    const sdk = <T extends object>(Client: new (configuration: never) => T): T => region.sdkFromOutside(Client);
    const watched = openDeployed({ sdk, outputs: region.outputs() });
    const book = new OrderBook(watched);
    let stopLooking = (): void => undefined;
    return {
      region,
      resumedMs: nowMs,
      standing: async () => ({
        openExecutions: await new ExecutionBook(watched).countOpen(),
        orders: (await book.all()).orders.length,
      }),
      watch: () => {
        stopLooking = lookAgainAndAgain(region, book, settings);
      },
      ended: region.run().then(() => undefined),
      close: async () => {
        stopLooking();
        await region.close();
      },
    };
  } catch (error) {
    await region.close();
    throw error;
  }
}

/** Everything here is part of the run: the same at every start. */
async function prepareDay(region: Region, settings: LiveSettings): Promise<void> {
  const { seed, profile, log, roads } = settings;
  const startMs = region.clock.now();
  const deployed = openDeployed({ sdk: (Client) => region.sdk(Client), outputs: region.outputs() });
  const firstMs = Math.min(...settings.lines.flatMap(({ placedMs }) => (placedMs === undefined ? [] : [placedMs])));
  const byMs = Number.isFinite(firstMs) ? startMs + FIRST_ORDER_MS - firstMs : 0;
  const fleet = shiftedFleet(settings.fleet, byMs);
  await new FleetBook(deployed).write(fleet);
  putOnDuty(region, fleet.vehicles, {
    profile,
    seed,
    log: (message, fields) =>
      log({ at: new Date(region.clock.now()).toISOString(), from: 'fleet', level: 'info', message, fields }),
    ...(roads !== undefined && { navigator: streetNavigator(roads) }),
  });
  const intake = new Intake(deployed);
  for (const line of settings.lines) {
    const moved = shiftedLine(line, byMs);
    region.clock.at(moved.placedMs ?? startMs, () =>
      region.spawn(async () => {
        await intake.place([moved]);
      }),
    );
  }
}

/** From outside, at the host's pace: who watches is no part of the run. */
function lookAgainAndAgain(region: Region, book: OrderBook, { onLook }: LiveSettings): () => void {
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    onLook(await book.all(), region.clock.now());
    isLooking = false;
  };
  const lookOrBreak = (): void => region.spawn(look);
  lookOrBreak();
  return region.everyHostMs(LOOK_EVERY_HOST_MS, lookOrBreak);
}
