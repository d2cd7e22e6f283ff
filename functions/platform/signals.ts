/** How functions tell the ledger what happened: messages on the signals queue, in batches, all or an error. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Signal } from '../../workflows/order-lifecycle/contracts.ts';
import { TransientError } from '../../workflows/order-lifecycle/errors.ts';

/** A signal before the schema's version is stamped on it. */
export type NewSignal = Omit<Signal, 'schemaVersion' | 'detail'> & { readonly detail?: Signal['detail'] };

export type SendSignals = (signals: readonly NewSignal[]) => Promise<void>;

const BATCH = 10;

/**
 * @throws TransientError when the queue refused part of a batch: sending all of it again is harmless, the ledger takes
 * a signal id once
 */
export function signalSender(client: SQSClient, queueUrl: string): SendSignals {
  return async (signals) => {
    for (let start = 0; start < signals.length; start += BATCH) {
      const batch = signals.slice(start, start + BATCH);
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((signal, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify({ schemaVersion: 1, detail: {}, ...signal }),
          })),
        }),
      );
      if (Failed.length > 0) {
        const first = Failed[0];
        throw new TransientError(
          `The signals queue refused ${Failed.length} of ${batch.length} messages (${first?.Code}: ${first?.Message}): send again.`,
        );
      }
    }
  };
}
