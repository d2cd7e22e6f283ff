/** DeleteMessage, ChangeMessageVisibility and their batches. */
import { forEachEntry } from './batch.ts';
import { invalidParameter } from './errors.ts';
import type { SqsStore } from './store.ts';

const MAX_VISIBILITY_SECONDS = 43_200;

export interface ReceiptInput {
  readonly QueueUrl: string;
  readonly ReceiptHandle: string;
}

export interface VisibilityInput extends ReceiptInput {
  readonly VisibilityTimeout: number;
}

export interface BatchInput<Entry> {
  readonly QueueUrl: string;
  readonly Entries: readonly (Omit<Entry, 'QueueUrl'> & { readonly Id: string })[];
}

function checkVisibility(seconds: number): void {
  if (seconds >= 0 && seconds <= MAX_VISIBILITY_SECONDS) return;
  throw invalidParameter(
    `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and ${MAX_VISIBILITY_SECONDS}`,
  );
}

export function deleteMessage(store: SqsStore, input: ReceiptInput): object {
  const queue = store.byUrl(input.QueueUrl);
  store.countRequest();
  queue.delete(input.ReceiptHandle);
  return {};
}

export function deleteMessageBatch(store: SqsStore, input: BatchInput<ReceiptInput>): object {
  const queue = store.byUrl(input.QueueUrl);
  store.countRequest();
  return forEachEntry(input.Entries, (entry) => queue.delete(entry.ReceiptHandle));
}

export function changeMessageVisibility(store: SqsStore, input: VisibilityInput): object {
  const queue = store.byUrl(input.QueueUrl);
  store.countRequest();
  checkVisibility(input.VisibilityTimeout);
  queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
  return {};
}

export function changeMessageVisibilityBatch(store: SqsStore, input: BatchInput<VisibilityInput>): object {
  const queue = store.byUrl(input.QueueUrl);
  store.countRequest();
  return forEachEntry(input.Entries, (entry) => {
    checkVisibility(entry.VisibilityTimeout);
    queue.changeVisibility(entry.ReceiptHandle, entry.VisibilityTimeout);
  });
}
