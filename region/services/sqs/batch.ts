/** What all batch requests of SQS have in common: one to ten entries with distinct, well-formed ids. */
import { AwsError } from '../../errors.ts';
import { type BatchFailure, batchFailure } from './errors.ts';

const MAX_ENTRIES = 10;
const ID = /^[A-Za-z0-9_-]{1,80}$/;

export function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0) {
    throw new AwsError(
      'EmptyBatchRequest',
      'There should be at least one SendMessageBatchRequestEntry in the request.',
    );
  }
  if (entries.length > MAX_ENTRIES) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id } of entries) {
    if (!ID.test(Id)) {
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (seen.has(Id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/** Does `work` for each entry of a checked batch, and tells which entries failed. */
export function forEachEntry<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  work: (entry: Entry) => void,
): { readonly Successful: readonly { readonly Id: string }[]; readonly Failed: readonly BatchFailure[] } {
  checkBatch(entries);
  const Successful: { Id: string }[] = [];
  const Failed: BatchFailure[] = [];
  for (const entry of entries) {
    try {
      work(entry);
      Successful.push({ Id: entry.Id });
    } catch (error) {
      Failed.push(batchFailure(entry.Id, error));
    }
  }
  return { Successful, Failed };
}
