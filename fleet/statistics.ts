/** What a fleet counts while it runs, so that a simulation can say which behaviour it has really met. */

export interface FleetStatistics {
  vehicles: number;
  /** Offers received, a repeated one counted once. */
  offers: number;
  /** Acceptances that were taken. */
  accepted: number;
  /** Offers declined, those that came while on a route included. */
  declined: number;
  /** Offers left without an answer. */
  silent: number;
  /** Acceptances that came too late or were refused for another reason. */
  acceptancesRefused: number;
  /** Changed routes that were followed. */
  routeChanges: number;
  departures: number;
  returns: number;
  /** Vehicles whose phone died on the road: neither fixes nor reports any more. */
  silentForGood: number;
  /** Drives that left stops unserved to be back before the end of the shift. */
  turnedHome: number;
  /** Confirmations that were taken. */
  deliveries: number;
  /** Reports of a failed attempt that were taken. */
  failedAttempts: number;
  /** Deliveries and failed attempts that were answered with `accepted: false`, as for a cancelled order. */
  reportsRefused: number;
  damaged: number;
  undocumented: number;
  short: number;
  fixes: number;
  /** Fixes that the broker did not take. */
  fixesFailed: number;
  /** Fixes with an accuracy that says: do not trust me. */
  poorFixes: number;
  gaps: number;
  /** Seconds between the fixes before and after each gap. */
  gapsSeconds: number;
  callRetries: number;
  /** Calls that failed in every try. */
  callsGivenUp: number;
}

export function newStatistics(): FleetStatistics {
  return {
    vehicles: 0,
    offers: 0,
    accepted: 0,
    declined: 0,
    silent: 0,
    acceptancesRefused: 0,
    routeChanges: 0,
    departures: 0,
    returns: 0,
    silentForGood: 0,
    turnedHome: 0,
    deliveries: 0,
    failedAttempts: 0,
    reportsRefused: 0,
    damaged: 0,
    undocumented: 0,
    short: 0,
    fixes: 0,
    fixesFailed: 0,
    poorFixes: 0,
    gaps: 0,
    gapsSeconds: 0,
    callRetries: 0,
    callsGivenUp: 0,
  };
}
