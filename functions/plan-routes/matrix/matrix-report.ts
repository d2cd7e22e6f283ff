/** What a wave's matrix has cost, and what it would have cost whole. */
import { unitPrice } from '../../../domain/index.ts';

export interface MatrixReport {
  /** Whether the roads are paid by pair; a network that is not has all pairs, for nothing. */
  readonly isBought: boolean;
  /** Slot of the week for which the ways were asked. */
  readonly slot: string;
  readonly departAt: string;
  readonly places: number;
  /** What the whole matrix of the depot and all stops has, as the service counts it. */
  readonly fullPairs: number;
  /** Pairs paid for, wanted or not, those of further slots included. */
  readonly askedPairs: number;
  /** Of those, the ones that told something new. */
  readonly usefulPairs: number;
  /** Ways between different places that the cache knew. */
  readonly cachedPairs: number;
  /** Ways between different places that were never known, and estimated. */
  readonly estimatedPairs: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** How often a plan has asked for its legs. */
  readonly rounds: number;
  /** Legs of the plan that are estimates. */
  readonly estimatedLegs: number;
  /** The further slots of the week that the plan passes through, in the order in which they were asked. */
  readonly slots: readonly SlotReport[];
  readonly fullDollars: number;
  /** Paid for pairs. */
  readonly askedDollars: number;
  /** Paid for reading and keeping what is known. */
  readonly cacheDollars: number;
  /** Price with the economy, cache included, over the price of the whole. */
  readonly priceShare: number;
}

export interface SlotReport {
  readonly slot: string;
  readonly departAt: string;
  /** Ways that were known in the wave's slot and answered in this one. */
  readonly ways: number;
  /** Middle of how many times as long they take in this one; null where none was answered. */
  readonly ratio: number | null;
  /** Whether the plan counts with it; otherwise the wave's own ways hold. */
  readonly isPlanned: boolean;
}

export interface CacheUnits {
  readonly readUnits: number;
  readonly writeUnits: number;
}

export interface MatrixCounts
  extends Omit<MatrixReport, 'isBought' | 'fullDollars' | 'askedDollars' | 'cacheDollars' | 'priceShare'> {
  readonly cache: CacheUnits;
}

export function pricedReport({ cache, ...counts }: MatrixCounts): MatrixReport {
  const pairDollars = unitPrice('locationMatrixPairs').dollars;
  const fullDollars = counts.fullPairs * pairDollars;
  const askedDollars = counts.askedPairs * pairDollars;
  const cacheDollars =
    cache.readUnits * unitPrice('dynamodbReadUnits').dollars +
    cache.writeUnits * unitPrice('dynamodbWriteUnits').dollars;
  const priceShare = fullDollars === 0 ? 0 : (askedDollars + cacheDollars) / fullDollars;
  return { isBought: true, ...counts, fullDollars, askedDollars, cacheDollars, priceShare };
}

/** Of a network that is not paid by the pair. */
export function wholeReport(
  slot: string,
  departAt: string,
  places: number,
  requests: number,
  estimatedPairs: number,
): MatrixReport {
  const none = {
    askedPairs: 0,
    usefulPairs: 0,
    cachedPairs: 0,
    failedRequests: 0,
    rounds: 0,
    estimatedLegs: 0,
    slots: [],
  };
  const cache = { readUnits: 0, writeUnits: 0 };
  const counts = { slot, departAt, places, requests, estimatedPairs, fullPairs: places * places, ...none, cache };
  return { ...pricedReport(counts), isBought: false };
}
