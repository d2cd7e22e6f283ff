/** Task ReleaseWave of route-planning. */
import { releaseWaveRequestSchema } from '../../workflows/route-planning/contracts.ts';
import { documents, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { signalSender } from '../platform/signals.ts';
import { releaseWave } from './release-wave.ts';

const config = readConfig('planningTable', 'routesTable', 'fleetTable', 'signalsQueueUrl');
const ports = { ...config, documents: documents(), sendSignals: signalSender(queues(), config.signalsQueueUrl), now };

export const handler = lambda(async (event: unknown) => {
  const wave = releaseWaveRequestSchema.parse(event);
  identify({ waveId: wave.waveId, depotId: wave.depotId });
  const result = await releaseWave(wave, ports);
  count('WavesReleased');
  count('ReplansGivenUp', result.replans.givenUp.length);
  logger.warn('wave released', { reason: wave.reason, ...result });
  return result;
});
