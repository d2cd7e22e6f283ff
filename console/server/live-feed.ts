/**
 * Server-sent events to every open page. A page that reads slowly gets the latest state of each thing and not every step
 * on the way: what waits for it is bounded, and it is never behind by more than that.
 */

import type { MapPicture } from '../../operations/model/map.ts';
import type { BoardSummary, OrderView } from '../../operations/model/orders.ts';
import type { ReplayJob } from '../../operations/model/replay.ts';

export interface LiveEvents {
  readonly summary: BoardSummary;
  /** Orders that changed. */
  readonly orders: readonly OrderView[];
  readonly map: MapPicture;
  readonly job: ReplayJob;
}

/** Beyond this the page has to read its list anew anyway, which each event makes it do. */
export const MAX_WAITING_ORDERS = 500;
const HEARTBEAT_MS = 15_000;
/** A page whose connection was lost asks again after this. */
const RETRY_MS = 1000;

/** What one page has still to be sent. */
class Mailbox {
  readonly #orders = new Map<string, OrderView>();
  readonly #jobs = new Map<string, ReplayJob>();
  #summary: BoardSummary | undefined;
  #map: MapPicture | undefined;
  #isHeartbeatDue = false;
  #arrived: (() => void) | undefined;

  put(event: Partial<LiveEvents>): void {
    this.#summary = event.summary ?? this.#summary;
    this.#map = event.map ?? this.#map;
    if (event.job !== undefined) this.#jobs.set(event.job.jobId, event.job);
    for (const order of event.orders ?? []) {
      this.#orders.delete(order.orderId);
      this.#orders.set(order.orderId, order);
    }
    for (const orderId of this.#orders.keys()) {
      if (this.#orders.size <= MAX_WAITING_ORDERS) break;
      this.#orders.delete(orderId);
    }
    this.#arrived?.();
  }

  heartbeat(): void {
    this.#isHeartbeatDue = true;
    this.#arrived?.();
  }

  /** Resolves when there is something to send. */
  async filled(): Promise<void> {
    if (this.#text() !== '') return;
    await new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    this.#arrived = undefined;
  }

  /** All that waits, as the text of events. */
  take(): string {
    const text = this.#text();
    this.#summary = undefined;
    this.#map = undefined;
    this.#orders.clear();
    this.#jobs.clear();
    this.#isHeartbeatDue = false;
    return text;
  }

  #text(): string {
    return [
      this.#summary === undefined ? '' : eventText('summary', this.#summary),
      this.#orders.size === 0 ? '' : eventText('orders', [...this.#orders.values()]),
      ...[...this.#jobs.values()].map((job) => eventText('job', job)),
      this.#map === undefined ? '' : eventText('map', this.#map),
      this.#isHeartbeatDue ? ': still here\n\n' : '',
    ].join('');
  }
}

// JSON has no line breaks of its own, so one data line holds it.
const eventText = <T extends keyof LiveEvents>(topic: T, event: LiveEvents[T]): string =>
  `event: ${topic}\ndata: ${JSON.stringify(event)}\n\n`;

interface Page {
  readonly mailbox: Mailbox;
  readonly end: () => void;
}

export class LiveFeed {
  readonly #pages = new Set<Page>();
  readonly #heartbeat: NodeJS.Timeout;
  #summary: BoardSummary | undefined;
  #map: MapPicture | undefined;

  constructor() {
    this.#heartbeat = setInterval(() => {
      for (const { mailbox } of this.#pages) mailbox.heartbeat();
    }, HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  get pages(): number {
    return this.#pages.size;
  }

  publish(event: Partial<LiveEvents>): void {
    this.#summary = event.summary ?? this.#summary;
    this.#map = event.map ?? this.#map;
    for (const { mailbox } of this.#pages) mailbox.put(event);
  }

  /** The body of an answer that goes on until the page leaves or the feed ends it. */
  open(): ReadableStream<Uint8Array> {
    const mailbox = new Mailbox();
    const encoder = new TextEncoder();
    let isOver = false;
    let page: Page;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
          page = {
            mailbox,
            end: () => {
              if (isOver) return;
              isOver = true;
              this.#pages.delete(page);
              controller.close();
            },
          };
          this.#pages.add(page);
          mailbox.put({
            ...(this.#summary !== undefined && { summary: this.#summary }),
            ...(this.#map !== undefined && { map: this.#map }),
          });
        },
        // Called when the page has taken what was sent before.
        pull: async (controller) => {
          await mailbox.filled();
          if (!isOver) controller.enqueue(encoder.encode(mailbox.take()));
        },
        cancel: () => {
          isOver = true;
          this.#pages.delete(page);
        },
      },
      { highWaterMark: 1 },
    );
  }

  /** Ends every page's stream: it shows that it is disconnected, and asks again. */
  disconnect(): void {
    for (const { end } of [...this.#pages]) end();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.disconnect();
  }
}
