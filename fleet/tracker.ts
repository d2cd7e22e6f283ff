/**
 * The vehicle's satellite receiver: turns where the vehicle is into fixes as they are published, with noise, poor
 * fixes and gaps. Its odometer lasts for the vehicle's life, not for a route.
 */
import { isoOf, type Position, type Prng } from '../domain/index.ts';
import type { DriverApp } from './driver-app.ts';
import type { DriverProfile } from './profiles.ts';
import type { FleetStatistics } from './statistics.ts';

/** Of the vehicle's time, on the road and at the door. */
export const FIX_INTERVAL_MS = 10_000;
const METERS_PER_DEGREE = 111_195;
/** Accuracy is the radius that holds two fixes in three, as phones report it: 1.5 standard deviations per axis. */
const ACCURACY_PER_SIGMA = 1.5;
const POOR_FACTOR = 10;

export class Tracker {
  odometerMeters = 0;
  readonly #vehicleId: string;
  readonly #gps: DriverProfile['gps'];
  readonly #prng: Prng;
  readonly #app: DriverApp;
  readonly #statistics: FleetStatistics;
  readonly #gapRate: number;
  #lastFixMs = 0;
  #gapUntilMs = 0;
  #isInGap = false;

  constructor(
    vehicleId: string,
    gps: DriverProfile['gps'],
    prng: Prng,
    ports: { readonly app: DriverApp; readonly statistics: FleetStatistics },
  ) {
    this.#vehicleId = vehicleId;
    this.#gps = gps;
    this.#prng = prng;
    this.#app = ports.app;
    this.#statistics = ports.statistics;
    this.#gapRate = (gps.gapsPerHour * FIX_INTERVAL_MS) / 3_600_000;
  }

  /** @param isAtDepot coverage is good there: no gap begins, and one that lasts ends */
  report(nowMs: number, at: Position, speedMps: number, headingDegrees: number, isAtDepot: boolean): void {
    if (isAtDepot) this.#gapUntilMs = 0;
    else if (nowMs >= this.#gapUntilMs && this.#gapRate > 0 && this.#prng.next() < this.#gapRate) this.#beginGap(nowMs);
    if (nowMs < this.#gapUntilMs) return;
    if (this.#isInGap) this.#endGap(nowMs);
    this.#lastFixMs = nowMs;

    const { poorFixRate, sigmaMeters } = this.#gps;
    const isPoor = poorFixRate > 0 && this.#prng.next() < poorFixRate;
    if (isPoor) this.#statistics.poorFixes += 1;
    const sigma = isPoor ? sigmaMeters * POOR_FACTOR : sigmaMeters;
    const eastMeters = this.#prng.normal(0, sigma);
    const northMeters = this.#prng.normal(0, sigma);
    const metersPerLonDegree = METERS_PER_DEGREE * Math.max(0.01, Math.cos((at[1] * Math.PI) / 180));
    this.#app.publish({
      vehicleId: this.#vehicleId,
      position: [longitude(at[0] + eastMeters / metersPerLonDegree), latitude(at[1] + northMeters / METERS_PER_DEGREE)],
      sampleTime: isoOf(nowMs),
      speedMps: Math.round(speedMps * 10) / 10,
      headingDegrees: Math.round(headingDegrees),
      accuracyMeters: Math.round(sigma * ACCURACY_PER_SIGMA * 10) / 10,
      odometerMeters: Math.round(this.odometerMeters),
    });
  }

  #beginGap(nowMs: number): void {
    const { min, max } = this.#gps.gapSeconds;
    this.#gapUntilMs = nowMs + Math.round((min + (max - min) * this.#prng.next()) * 1000);
    this.#isInGap = true;
    this.#statistics.gaps += 1;
  }

  #endGap(nowMs: number): void {
    this.#isInGap = false;
    this.#statistics.gapsSeconds += (nowMs - this.#lastFixMs) / 1000;
  }
}

/** Six decimals are a tenth of a metre. */
const rounded = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
const latitude = (degrees: number): number => rounded(Math.min(90, Math.max(-90, degrees)));
const longitude = (degrees: number): number =>
  rounded(degrees > 180 ? degrees - 360 : degrees < -180 ? degrees + 360 : degrees);
