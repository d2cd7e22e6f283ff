/** Every minute: deadlines that have passed -> breaches, events, alerts; and the board's clock. */
import { documents, topics } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { tickBoard, watchSlas } from './watch-slas.ts';

const ports = {
  documents: documents(),
  topics: topics(),
  ...readConfig('ordersTable', 'boardTable', 'alarmTopicArn'),
  now,
  count,
  log: logger,
};

export const handler = lambda(async () => {
  const result = await watchSlas(ports);
  await tickBoard(ports);
  return result;
});
