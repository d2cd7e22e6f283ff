/**
 * A region that runs at a multiple of real time with a fleet at work in it: the sample day, moved so that it begins now,
 * and whatever other commands place.
 */
import type { Fleet } from '../../domain/index.ts';
import type { DriverProfile } from '../../fleet/index.ts';
import {
  FleetBook,
  Intake,
  OrderBook,
  type OrderBookContent,
  type OrderLine,
  openDeployed,
  shiftedFleet,
  shiftedLine,
} from '../../operations/index.ts';
import { type LogRecord, openRegion, type Region } from '../../region/index.ts';
import { putOnDuty } from '../simulation/fleet-on-duty.ts';

export interface LiveSettings {
  readonly assembly: string;
  readonly lines: readonly OrderLine[];
  readonly fleet: Fleet;
  readonly profile: DriverProfile;
  readonly seed: number;
  /** Virtual seconds in a real one. */
  readonly speed: number;
  /** ms since 1970: virtual time begins here. */
  readonly startMs: number;
  readonly log: (record: LogRecord) => void;
  /** Called about once a real second with all that is known of orders. */
  readonly onLook: (content: OrderBookContent, nowMs: number) => void;
}

export interface LiveRegion {
  readonly region: Region;
  /** Resolves when the region was closed; rejects with what broke it. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** The first order is placed so long after the start, in virtual time. */
const FIRST_ORDER_MS = 10_000;

export async function openLiveRegion(settings: LiveSettings): Promise<LiveRegion> {
  const { assembly, seed, speed, startMs, log, profile } = settings;
  const clock = { mode: 'scaled', startAt: new Date(startMs).toISOString(), speed } as const;
  const region = await openRegion({ assembly, clock, seed, log });
  const deployed = openDeployed({ sdk: (Client) => region.sdk(Client), outputs: region.outputs() });
  const firstMs = Math.min(...settings.lines.flatMap(({ placedMs }) => (placedMs === undefined ? [] : [placedMs])));
  const byMs = Number.isFinite(firstMs) ? startMs + FIRST_ORDER_MS - firstMs : 0;
  const fleet = shiftedFleet(settings.fleet, byMs);
  await new FleetBook(deployed).write(fleet);
  const drivers = putOnDuty(region, fleet.vehicles, {
    profile,
    seed,
    log: (message, fields) =>
      log({ at: new Date(region.clock.now()).toISOString(), from: 'fleet', level: 'info', message, fields }),
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
  lookAgainAndAgain(region, new OrderBook(deployed), settings);
  return {
    region,
    ended: region.run().then(() => undefined),
    close: async () => {
      await drivers.stop();
      await region.close();
    },
  };
}

function lookAgainAndAgain(region: Region, book: OrderBook, { speed, onLook }: LiveSettings): void {
  const look = (): void => {
    region.spawn(async () => onLook(await book.all(), region.clock.now()));
    region.clock.at(region.clock.now() + speed * 1000, look, 'background');
  };
  region.clock.at(region.clock.now(), look, 'background');
}
