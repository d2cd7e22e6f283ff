/** Direct Lambda resolver of the driver API. */
import { documents, machines, queues } from '../platform/clients.ts';
import { readConfig } from '../platform/config.ts';
import { count, identify, lambda, logger, now } from '../platform/powertools.ts';
import { signalSender } from '../platform/signals.ts';
import { answerDriver } from './answer-driver.ts';
import { type Answer, driverEventSchema } from './driver-event.ts';

const config = readConfig('routesTable', 'ordersTable', 'signalsQueueUrl');
const ports = {
  ...config,
  documents: documents(),
  machines: machines(),
  sendSignals: signalSender(queues(), config.signalsQueueUrl),
  now,
};

export const handler = lambda(async (event: unknown) => {
  const call = driverEventSchema.parse(event);
  const { routeId, orderId } =
    'input' in call.arguments ? call.arguments.input : { ...call.arguments, orderId: undefined };
  identify({ driverId: call.identity.username, routeId, ...(orderId === undefined ? {} : { orderId }) });
  const answer = await answerDriver(call, ports);
  if (call.info.fieldName !== 'route') {
    const { accepted, reason } = answer as Answer;
    logger.info('driver answered', {
      field: call.info.fieldName,
      accepted,
      ...(reason === undefined ? {} : { reason }),
    });
    if (!accepted) count('DriverCallsRefused');
  }
  return answer;
});
