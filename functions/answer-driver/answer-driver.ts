/** Answers a driver's call: one query and four mutations, each about a route of the caller's own. */
import { acceptOffer, declineOffer } from './answer-offer.ts';
import type { DriverEvent } from './driver-event.ts';
import type { DriverPorts } from './driver-ports.ts';
import { reportOutcome } from './report-outcome.ts';
import { showRoute } from './show-route.ts';

/** @returns the field's value: a `Route` for the query, an `Answer` for the mutations */
export async function answerDriver(event: DriverEvent, ports: DriverPorts): Promise<unknown> {
  const driverId = event.identity.username;
  // Each member of the union has its own literal field name under `info`, which TypeScript narrows only one level deep.
  const call = { fieldName: event.info.fieldName, arguments: event.arguments } as {
    [Event in DriverEvent as Event['info']['fieldName']]: {
      fieldName: Event['info']['fieldName'];
      arguments: Event['arguments'];
    };
  }[DriverEvent['info']['fieldName']];
  switch (call.fieldName) {
    case 'route':
      return showRoute(driverId, call.arguments.routeId, ports);
    case 'acceptRoute':
      return acceptOffer(driverId, call.arguments.routeId, ports);
    case 'declineRoute':
      return declineOffer(driverId, call.arguments.routeId, call.arguments.reason ?? undefined, ports);
    case 'confirmDelivery': {
      const { routeId, orderId, deliveredAt, proof } = call.arguments.input;
      return reportOutcome(
        driverId,
        { routeId, orderId, kind: 'Delivered', at: deliveredAt, detail: { proof } },
        ports,
      );
    }
    case 'reportFailedAttempt': {
      const { routeId, orderId, failedAt, reason } = call.arguments.input;
      return reportOutcome(
        driverId,
        { routeId, orderId, kind: 'AttemptFailed', at: failedAt, detail: { reason } },
        ports,
      );
    }
  }
}
