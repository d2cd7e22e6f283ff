/**
 * Position stream -> newest position per vehicle. The batch answer is built here and not by the batch utility, which
 * would write the fixes of one vehicle side by side, or all vehicles in turn.
 */
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { trackVehicles } from './track-vehicles.ts';

const ports = { documents: documents(), ...readConfig('positionsTable'), now };

export const handler = lambda(async (event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
  const result = await trackVehicles(
    event.Records.map(({ kinesis }) => kinesis),
    ports,
  );
  count('FixesNewest', result.newest);
  if (result.late > 0) count('FixesLate', result.late);
  if (result.bad > 0) {
    count('FixesBad', result.bad);
    logger.warn('fixes set aside as bad', { bad: result.bad });
  }
  for (const error of result.errors) logger.error('fix not stored; its shard is read again', error);
  return { batchItemFailures: result.failed.map((itemIdentifier) => ({ itemIdentifier })) };
});
