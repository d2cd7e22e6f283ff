/** Runs every five minutes. */
import { documents, machines, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, lambda, logger, now } from '../platform/powertools.ts';
import { signalSender } from '../platform/signals.ts';
import { openWaves } from './open-waves.ts';

const config = readConfig('planningTable', 'routesTable', 'fleetTable', 'planningMachineArn', 'signalsQueueUrl');
const ports = {
  ...config,
  documents: documents(),
  machines: machines(),
  sendSignals: signalSender(queues(), config.signalsQueueUrl),
  now,
};

export const handler = lambda(async () => {
  const result = await openWaves(ports);
  count('WavesOpened', result.opened.length);
  count('RequestsTurnedAway', result.turnedAway);
  if (result.opened.length > 0 || result.turnedAway > 0) logger.info('waves opened', { ...result });
  return result;
});
