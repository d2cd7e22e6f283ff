/** Task OfferRoute of route-dispatch: returns once the offer is made; the driver's answer ends the wait. */
import { offerRequestSchema } from '../../workflows/route-dispatch/contracts.ts';
import { documents, machines } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { environmentCredentials } from '../platform/driver-api.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { offerRoute } from './offer-route.ts';
import { offerPublisher } from './publish-offer.ts';

const config = readConfig('routesTable', 'fleetTable', 'driverApiUrl');
const ports = {
  ...config,
  documents: documents(),
  machines: machines(),
  publishOffer: offerPublisher({
    driverApiUrl: config.driverApiUrl,
    region: process.env['AWS_REGION'] ?? 'us-east-1',
    credentials: environmentCredentials,
    fetch: (url, init) => fetch(url, init),
    now,
  }),
  now,
};

export const handler = lambda(async (event: unknown) => {
  const request = offerRequestSchema.parse(event);
  identify({ routeId: request.routeId });
  const outcome = await offerRoute(request, ports);
  if ('offeredTo' in outcome) count('OffersMade');
  logger.info('route offered', { ...outcome });
  return outcome;
});
