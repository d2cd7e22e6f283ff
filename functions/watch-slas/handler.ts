/** Every minute: deadlines that have passed -> breaches, events, alerts. */
import { documents, topics } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { watchSlas } from './watch-slas.ts';

const ports = {
  documents: documents(),
  topics: topics(),
  ...readConfig('ordersTable', 'alarmTopicArn'),
  now,
  count,
  log: logger,
};

export const handler = lambda(async () => watchSlas(ports));
