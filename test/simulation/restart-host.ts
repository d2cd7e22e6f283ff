/** One process of a region that is kept: started, killed and started again by the restart test, which asks it how it stands. */
import { ensureAssembly } from '../../cli/assembly.ts';
import { openLiveRegion } from '../../cli/live/live-region.ts';
import { notificationsOf } from '../../cli/simulation/notifications.ts';
import { isTerminal } from '../../domain/index.ts';
import { profileNamed } from '../../fleet/index.ts';
import {
  ExecutionBook,
  type NotificationReport,
  OrderBook,
  type OrderBookContent,
  openDeployed,
  readOrderLines,
} from '../../operations/index.ts';
import { InputJournal } from '../../region/index.ts';
import { smallDay } from './days.ts';

export interface HostOptions {
  readonly file: string;
  readonly speed: number;
  readonly startAt: string;
}

export type FromHost =
  | { readonly kind: 'ready'; readonly url: string; readonly resumedMs: number; readonly replaySeconds: number }
  | { readonly kind: 'standing'; readonly orders: number; readonly ended: number; readonly nowMs: number }
  | { readonly kind: 'report'; readonly report: DayReport };

/** All that can be told of a day when it is over. */
export interface DayReport {
  readonly book: OrderBookContent;
  readonly notifications: readonly NotificationReport[];
  /** Keys and entity tags of what was archived. */
  readonly archive: readonly string[];
  /** Events of each order's execution, with their times. */
  readonly histories: Readonly<Record<string, readonly string[]>>;
}

const { file, speed, startAt } = JSON.parse(process.argv[2] ?? '{}') as HostOptions;
const tell = (message: FromHost): void => void process.send?.(message);

const day = smallDay();
const fromMs = performance.now();
const live = await openLiveRegion({
  assembly: ensureAssembly(() => undefined),
  lines: readOrderLines(day.orders.map((order) => JSON.stringify(order)).join('\n')),
  fleet: day.fleet,
  profile: profileNamed('smooth'),
  seed: 1,
  speed,
  inputs: new InputJournal(file, { test: 'restart' }, startAt),
  log: () => undefined,
  onLook: ({ orders, rejections }, nowMs) => {
    const ended = orders.filter(({ status }) => isTerminal(status)).length;
    tell({ kind: 'standing', orders: orders.length + rejections.length, ended: ended + rejections.length, nowMs });
  },
});
live.ended.catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
process.on('message', (message) => {
  if (message === 'report') report().then((told) => tell({ kind: 'report', report: told }));
  else live.close().then(() => process.exit(0));
});
live.watch();
const { url } = await live.region.listen(0);
tell({ kind: 'ready', url, resumedMs: live.resumedMs, replaySeconds: (performance.now() - fromMs) / 1000 });

async function report(): Promise<DayReport> {
  const { region } = live;
  const sdk = <T extends object>(Client: new (configuration: never) => T): T => region.sdkFromOutside(Client);
  const outputs = region.outputs();
  const deployed = openDeployed({ sdk, outputs });
  const executions = new ExecutionBook(deployed);
  const book = await new OrderBook(deployed).all();
  const histories: Record<string, readonly string[]> = {};
  for (const { orderId } of book.orders) {
    const events = (await executions.history(orderId)) ?? [];
    histories[orderId] = events.map(({ id, type, timestamp }) => `${id} ${type} ${timestamp?.toISOString()}`);
  }
  const { Contents = [] } = (await region.callFromOutside('s3', 'ListObjectsV2', {
    Bucket: outputs['ArchiveBucketName'],
  })) as { Contents?: readonly { readonly Key: string; readonly ETag: string }[] };
  return {
    book,
    notifications: notificationsOf(region),
    archive: Contents.map(({ Key, ETag }) => `${Key} ${ETag}`),
    histories,
  };
}
