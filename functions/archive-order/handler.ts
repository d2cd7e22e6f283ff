/** Task ArchiveOrder of order-lifecycle: order -> one object of the archive bucket. */
import { S3Client } from '@aws-sdk/client-s3';
import { documents } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { archiveOrder } from './archive-order.ts';

const ports = {
  documents: documents(),
  archive: new S3Client({}),
  ...readConfig('ordersTable', 'ledgerTable', 'archiveBucket'),
  now,
};

export const handler = lambda(async (event: { frame?: { orderId?: string } }) => {
  identify({ orderId: event.frame?.orderId ?? 'unknown' });
  const result = await archiveOrder(event, ports);
  count('OrdersArchived');
  logger.info('order archived', { status: result.status, key: result.key });
  return result;
});
