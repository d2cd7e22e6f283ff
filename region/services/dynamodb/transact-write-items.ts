/**
 * TransactWriteItems: all writes or none. Every write is evaluated before the first is made, so one that cannot be
 * made cancels the rest. A client request token makes a repeat within ten minutes a success without effect.
 */
import { hash } from 'node:crypto';
import { AwsError } from '../../errors.ts';
import type { Item } from './attribute-value.ts';
import { type CancellationReason, transactionCancelled, validationError } from './errors.ts';
import { checkMembers, type TransactWrite, type TransactWriteItemsInput } from './inputs.ts';
import { type PreparedWrite, prepareCheck, prepareDelete, preparePut, prepareUpdate } from './prepare-write.ts';
import { capacityList, type DynamoStore } from './store.ts';
import type { Change } from './table.ts';

const MAX_WRITES = 100;
const TOKEN_LIFE_MS = 10 * 60 * 1000;

function prepare(store: DynamoStore, write: TransactWrite): PreparedWrite {
  const given = Object.values(write).filter((member) => member !== undefined).length;
  if (given !== 1) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (write.Put !== undefined) return preparePut(store, write.Put);
  if (write.Update !== undefined) return prepareUpdate(store, write.Update);
  if (write.Delete !== undefined) return prepareDelete(store, write.Delete);
  if (write.ConditionCheck !== undefined) return prepareCheck(store, write.ConditionCheck);
  throw validationError(`TransactItems has an unknown element: ${Object.keys(write).join(', ')}`);
}

function prepareAll(store: DynamoStore, input: TransactWriteItemsInput): readonly PreparedWrite[] {
  const seen = new Set<string>();
  return input.TransactItems.map((item) => {
    const write = prepare(store, item);
    const identity = `${write.table.definition.name}\u0000${write.key.partition}\u0000${write.key.sort}`;
    if (seen.has(identity)) {
      throw validationError('Transaction request cannot include multiple operations on one item');
    }
    seen.add(identity);
    return write;
  });
}

function reasonOf(error: AwsError): CancellationReason {
  const code = error.name === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
  const item = error.fields['Item'] as Item | undefined;
  return { Code: code, Message: error.message, ...(item === undefined ? {} : { Item: item }) };
}

/** All changes, or the cancellation with a reason for each write. */
function evaluateAll(writes: readonly PreparedWrite[]): readonly Change[] {
  let isCancelled = false;
  const changes: Change[] = [];
  const reasons = writes.map((write): CancellationReason => {
    try {
      changes.push(write.evaluate());
      return { Code: 'None' };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      isCancelled = true;
      return reasonOf(error);
    }
  });
  if (isCancelled) throw transactionCancelled(reasons);
  return changes;
}

/** The transactions that were made with a token, for as long as the token is remembered. */
export class TransactionTokens {
  readonly #made = new Map<string, { readonly digest: string; readonly untilMs: number }>();

  /** Whether the same transaction was made with this token. Throws when it was another one. */
  wasMade(token: string, digest: string, nowMs: number): boolean {
    for (const [other, { untilMs }] of this.#made) {
      if (untilMs > nowMs) break;
      this.#made.delete(other);
    }
    const known = this.#made.get(token);
    if (known === undefined) return false;
    if (known.digest === digest) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'Request token was used with different parameters than the original request',
    );
  }

  remember(token: string, digest: string, nowMs: number): void {
    this.#made.set(token, { digest, untilMs: nowMs + TOKEN_LIFE_MS });
  }
}

function digestOf(input: TransactWriteItemsInput): string {
  return hash('sha256', JSON.stringify(input.TransactItems), 'base64');
}

export function transactWriteItems(
  store: DynamoStore,
  tokens: TransactionTokens,
  input: TransactWriteItemsInput,
): object {
  checkMembers('TransactWriteItems', input);
  const count = input.TransactItems.length;
  if (count === 0 || count > MAX_WRITES) {
    throw validationError(`TransactItems has ${count} elements: a transaction takes 1 to ${MAX_WRITES}`);
  }
  const nowMs = store.ports.clock.now();
  const token = input.ClientRequestToken;
  const digest = token === undefined ? '' : digestOf(input);
  if (token !== undefined && tokens.wasMade(token, digest, nowMs)) return {};
  const writes = prepareAll(store, input);
  const changes = evaluateAll(writes);
  const units = new Map<string, number>();
  changes.forEach((change, position) => {
    const table = writes[position]?.table;
    if (table === undefined) return;
    const taken = 2 * table.commit(change, nowMs);
    store.countWrite(taken);
    units.set(table.definition.name, (units.get(table.definition.name) ?? 0) + taken);
  });
  if (token !== undefined) tokens.remember(token, digest, nowMs);
  return capacityList(input, units);
}
