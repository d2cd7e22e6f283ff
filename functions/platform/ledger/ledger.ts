/**
 * The signal ledger: the one place where what happened in the world meets what an execution waits for.
 *
 * R1 An accepted signal is delivered to the execution or recorded as superseded, never lost.
 * R2 A wait is answered at most once; duplicates and late answers are harmless.
 * R3 Whichever half comes second completes the pair; a crash between two writes is repaired by the sender's retry or
 *    by the sweep.
 * R4 A wait opened again after a redrive gets its new token and meets the stored signals again.
 * R5 Signals of one order are applied in the order of occurrence, ties by arrival.
 */
import { EXCEPTIONS, NOTICES, type Reached, type Signal } from '../../../workflows/order-lifecycle/contracts.ts';
import { TransientError } from '../../../workflows/order-lifecycle/errors.ts';
import type { StoredWait } from '../tables.ts';
import { decide, type Fate, relation } from './decision.ts';
import type { LedgerItem, LedgerStore, SignalFate } from './store.ts';

/**
 * How a wait is answered. `gone` when Step Functions does not know the token any more: then nobody can tell whether an
 * earlier send arrived or the wait had timed out, and nobody needs to (R2).
 */
export interface WaitAnswers {
  succeed(token: string, output: Reached): Promise<'delivered' | 'gone'>;
  fail(token: string, error: string, cause: Reached): Promise<'delivered' | 'gone'>;
}

/** A lost race is read again and decided again; more races than this in a row are left to the caller's retry. */
const MAX_ROUNDS = 8;

export class Ledger {
  readonly #store: LedgerStore;
  readonly #answers: WaitAnswers;

  constructor(store: LedgerStore, answers: WaitAnswers) {
    this.#store = store;
    this.#answers = answers;
  }

  /** Takes a signal and, when its wait is open, answers it. Calling it again with the same signal is harmless. */
  async accept(signal: Signal, at: string): Promise<void> {
    const { item } = await this.#store.accept(signal, at);
    await this.#settle(item, at);
  }

  /** Opens a wait and, when its signal is there already, answers it. */
  async open(orderId: string, wait: StoredWait): Promise<'opened' | 'same' | 'stale'> {
    const { outcome, item } = await this.#store.open(orderId, wait);
    if (outcome !== 'stale') await this.#settle(item, wait.openedAt);
    return outcome;
  }

  /** The order has ended; late signals are superseded from here on. */
  async close(orderId: string, at: string): Promise<void> {
    await this.#settle(await this.#store.close(orderId, at), at);
  }

  /** Settles every order that was left unsettled before `before`. @returns how many were looked at */
  async sweep(before: string, at: string, limit: number): Promise<number> {
    const orderIds = await this.#store.unsettled(before, limit);
    for (const orderId of orderIds) await this.#settle(await this.#store.read(orderId), at);
    return orderIds.length;
  }

  /** Settles one order on request: sends what was matched and not sent, matches what lies there. */
  async settle(orderId: string, at: string): Promise<void> {
    await this.#settle(await this.#store.read(orderId), at);
  }

  /**
   * An operator gives a signal up: it answers no wait from here on.
   * @returns `superseded`; `known` when its fate was known before; `unknown` when there is no such signal
   */
  async supersede(
    orderId: string,
    signalId: string,
    by: string,
    at: string,
  ): Promise<'superseded' | 'known' | 'unknown'> {
    const { signals, fates } = await this.#store.read(orderId);
    if (!signals.some((signal) => signal.signalId === signalId)) return 'unknown';
    if (fates[signalId] !== undefined || !(await this.#store.supersede(orderId, signalId, by))) return 'known';
    await this.settle(orderId, at);
    return 'superseded';
  }

  async #settle(seen: LedgerItem, at: string): Promise<void> {
    let item = seen;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { wait } = item;
      if (wait?.match !== undefined && !isAnswered(item, wait) && item.closedAt === undefined) {
        const outcome = await this.#send(wait.token, wait.match.reached);
        await this.#store.answered(item, outcome === 'delivered' ? 'delivered' : 'unconfirmed');
        return;
      }
      const match = isOpen(item) && wait !== undefined ? decide(wait, candidates(item)) : undefined;
      if (match === undefined) {
        const fates = newFates(item);
        if (!item.isUnsettled && Object.keys(fates).length === 0) return;
        const rest = await this.#store.rest(item, fates);
        if (rest.held) return;
        item = rest.item;
      } else {
        const sent: SignalFate = { fate: 'sent', token: wait?.token ?? '' };
        const fates = { ...newFates(item), [match.signal.signalId]: sent };
        const decided = { signalId: match.signal.signalId, reached: match.reached, matchedAt: at };
        item = (await this.#store.match(item, decided, fates)).item;
      }
    }
    throw new TransientError(`The ledger of order ${item.orderId} changed ${MAX_ROUNDS} times while it was settled.`);
  }

  #send(token: string, reached: Reached): Promise<'delivered' | 'gone'> {
    return isException(reached.kind)
      ? this.#answers.fail(token, reached.kind, reached)
      : this.#answers.succeed(token, reached);
  }
}

const isException = (kind: string): boolean => (EXCEPTIONS as readonly string[]).includes(kind);

/** What an operator has given up answers nothing, now or when a wait is opened again. */
const candidates = ({ signals, fates }: LedgerItem): LedgerItem['signals'] =>
  signals.filter(({ signalId }) => fates[signalId]?.by === undefined);

const isOpen = (item: LedgerItem): boolean =>
  item.closedAt === undefined && item.wait !== undefined && item.wait.match === undefined;

/** Whether the answer of the wait was sent, as far as anybody can tell. */
function isAnswered(item: LedgerItem, wait: StoredWait): boolean {
  const fate = item.fates[wait.match?.signalId ?? ''];
  return fate?.token === wait.token && fate.fate !== 'sent';
}

/** Fates that are certain by now and not yet written (R1: superseded is recorded, never silent). */
function newFates(item: LedgerItem): Record<string, SignalFate> {
  const fates: Record<string, SignalFate> = {};
  for (const signal of item.signals) {
    if (item.fates[signal.signalId] !== undefined) continue;
    const fate = fateOf(item, signal);
    if (fate !== 'pending') fates[signal.signalId] = { fate };
  }
  return fates;
}

function fateOf(item: LedgerItem, signal: LedgerItem['signals'][number]): Fate {
  const standing = item.wait;
  if ((NOTICES as readonly string[]).includes(signal.kind)) return 'noted';
  const meaning = standing === undefined ? undefined : relation(signal, standing);
  if (item.closedAt !== undefined) return 'superseded';
  return meaning === 'superseded' ? 'superseded' : 'pending';
}

/** Orders openers: a later entry, redrive, cycle, amendment, stage or retry compares greater as text. */
export function epochOf(entry: {
  readonly redriveCount: number;
  readonly enteredAt: string;
  readonly cycle: number;
  readonly amendment: number;
  readonly stage: number;
  readonly retryCount: number;
}): string {
  const pad = (value: number) => String(value).padStart(6, '0');
  const entered = new Date(entry.enteredAt).toISOString();
  return [
    entered,
    pad(entry.redriveCount),
    pad(entry.cycle),
    pad(entry.amendment),
    pad(entry.stage),
    pad(entry.retryCount),
  ].join('#');
}

/** A stored wait as a function opens it. */
export type NewWait = Omit<StoredWait, 'match'>;
