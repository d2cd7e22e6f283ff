/** Runs every few minutes over the ledger's unsettled orders: what a crash cut short is completed here (R3). */
import type { Ledger } from '../platform/ledger/ledger.ts';

/** Younger work belongs to whoever is doing it. */
const SETTLE_AFTER_MS = 60_000;
/** One run looks at so many; the rest is the next run's. */
const MAX_ORDERS = 500;

export async function sweepSignals(ports: { readonly ledger: Ledger; now(): Date }): Promise<{ swept: number }> {
  const now = ports.now();
  const before = new Date(now.getTime() - SETTLE_AFTER_MS).toISOString();
  return { swept: await ports.ledger.sweep(before, now.toISOString(), MAX_ORDERS) };
}
