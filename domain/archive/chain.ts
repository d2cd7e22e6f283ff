/**
 * The hash chain of the archive. Every depot has a chain per day of closing: each record names the hash of the one
 * before, its own hash is over everything else in it, and the chain's head (last sequence and hash) is kept outside of
 * the archive. So a changed record does not meet its hash, a missing or moved one leaves its neighbours without each
 * other, and a tail that was cut off is missed by the head.
 *
 * H1 A record's hash is over its canonical JSON without `chain.hash`.
 * H2 Sequences of a chain count from 1 without a gap; the first record follows `CHAIN_START`.
 * H3 Each event's hash is over the event and the hash of the event before it, in the order in which they stand.
 */
import { hashOf } from './canonical-json.ts';

/** What the first record of a chain, and the first event of a record, follow. */
export const CHAIN_START = '0'.repeat(64);

/** A place in a chain. */
export interface ChainPlace {
  /** `<depotId>/<day of closing>` */
  readonly chain: string;
  /** From 1. */
  readonly sequence: number;
  /** Hash of the record before. */
  readonly previous: string;
}

export interface ChainLink extends ChainPlace {
  readonly hash: string;
}

/** The last record of a chain, as it is kept outside of the archive. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** @param day of the closing, e.g. `2018-07-21` */
export const chainName = (depotId: string, day: string): string => `${depotId}/${day}`;

/** Key of an order's object. The day is that of the closing, so that it cannot depend on when a repetition runs. */
export const archiveKey = (orderId: string, closedAt: string): string =>
  `${archivePrefix(closedAt.slice(0, 10))}${orderId}.json`;

/** Where the objects of one day lie. */
export const archivePrefix = (day: string): string => `orders/closed=${day}/`;

/** Where the copies of one day wait until their objects are written. */
export const stagedPrefix = (day: string): string => `staging/closed=${day}/`;

/** Key of the copy from which an archiving that was cut short is finished. */
export const stagedKey = (orderId: string, closedAt: string, hash: string): string =>
  `${stagedPrefix(closedAt.slice(0, 10))}${orderId}~${hash}.json`;

/** Hash in the key of a staged copy; undefined for any other key. */
export const stagedHash = (key: string): string | undefined => /~([0-9a-f]{64})\.json$/.exec(key)?.[1];

/** The events, each with its hash over itself and the one before it (H3). */
export function chainEvents<Event extends object>(events: readonly Event[]): (Event & { readonly hash: string })[] {
  let previous = CHAIN_START;
  return events.map((event) => {
    previous = eventHash(event, previous);
    return { ...event, hash: previous };
  });
}

export const eventHash = (event: object, previous: string): string => hashOf({ event, previous });

/** The record with its link at that place (H1). */
export function sealRecord<Content extends object>(
  content: Content,
  place: ChainPlace,
): Content & { readonly chain: ChainLink } {
  return { ...content, chain: { ...place, hash: hashOf({ ...content, chain: place }) } };
}

/** The hash that a record should have by what is in it (H1). */
export function recordHash(record: { readonly chain: ChainLink }): string {
  const { chain, sequence, previous } = record.chain;
  return hashOf({ ...record, chain: { chain, sequence, previous } });
}

/** The place after the head; the first one where there is none (H2). */
export function placeAfter(chain: string, head: ChainHead | undefined): ChainPlace {
  return { chain, sequence: (head?.sequence ?? 0) + 1, previous: head?.hash ?? CHAIN_START };
}
