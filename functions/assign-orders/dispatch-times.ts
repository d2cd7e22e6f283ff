/** How long a route may be offered and followed. */
import { isoOf, msOf } from '../../domain/index.ts';
import type { DispatchInput } from '../../workflows/route-dispatch/contracts.ts';
import type { PlannedRoute } from '../../workflows/route-planning/contracts.ts';

const MINUTE = 60_000;
/** Less would withdraw a route because of one silent driver. */
const MIN_OFFER_SLACK_MS = 20 * MINUTE;
/** More would bring the customers of the first stops far out of their windows, where planning anew serves them better. */
const MAX_OFFER_SLACK_MS = 60 * MINUTE;
/** What a late vehicle may need beyond its shift. */
const FOLLOW_SLACK_MS = 120 * MINUTE;

/**
 * `offerUntil` is the planned departure plus what the route has left between its return and the end of the shift, but
 * 20 to 60 minutes; `followUntil` is two hours after the shift.
 * @param shiftTo ISO end of the shift of the route's vehicle
 */
export function dispatchTimes(route: PlannedRoute, shiftTo: string): DispatchInput {
  const slackMs = msOf(shiftTo) - msOf(route.plannedReturnAt);
  const offerSlackMs = Math.min(Math.max(slackMs, MIN_OFFER_SLACK_MS), MAX_OFFER_SLACK_MS);
  return {
    routeId: route.routeId,
    plannedDepartureAt: route.plannedDepartureAt,
    offerUntil: isoOf(msOf(route.plannedDepartureAt) + offerSlackMs),
    followUntil: isoOf(msOf(shiftTo) + FOLLOW_SLACK_MS),
  };
}
