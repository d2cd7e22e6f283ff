/**
 * How drivers, roads, doors and phones behave, as rates that seeded chance is thrown against. A rate is a probability
 * from 0 to 1; of what, its comment says.
 */

export interface Spread {
  readonly min: number;
  readonly max: number;
}

export interface DriverProfile {
  readonly name: string;
  readonly offers: {
    /** Between the offer and the answer; uniform. */
    readonly reactionSeconds: Spread;
    /** Per offer that finds the driver free. */
    readonly declineRate: number;
    /** Per offer that finds the driver free: it gets no answer at all. */
    readonly silenceRate: number;
  };
  readonly road: {
    /** From acceptance to the earliest departure. */
    readonly loadingSeconds: number;
    /** Driven time over planned time of a whole route, drawn once a route; never below 0.7. */
    readonly slowFactor: { readonly mean: number; readonly sigma: number };
    /** Standard deviation of each leg's own factor around 1; never below 0.5. */
    readonly legSigma: number;
    /** Share of a leg's time that a driver who is behind the plan can make good. */
    readonly catchUp: number;
    /** Per route: the phone dies at some moment of the drive, for good. */
    readonly phoneDeathRate: number;
  };
  readonly door: {
    /** Standard deviation of the service time's factor around 1; never below 0.5. */
    readonly serviceSigma: number;
    /** Per order: the attempt fails and the goods stay in the vehicle. */
    readonly failedAttemptRate: number;
    /** Per delivered order: handed over damaged. */
    readonly damagedRate: number;
    /** Per delivered order: neither photo nor signature. */
    readonly missingDocumentRate: number;
    /** Per delivered order: one piece is missing. */
    readonly shortRate: number;
  };
  readonly gps: {
    /** Standard deviation of a fix, per axis. */
    readonly sigmaMeters: number;
    /** Per fix on the road: ten times as far off, and its accuracy says so. */
    readonly poorFixRate: number;
    /** Mean number of gaps in an hour on the road. */
    readonly gapsPerHour: number;
    /** Length of a gap; uniform. Coverage at the depot is good: a gap ends there. */
    readonly gapSeconds: Spread;
  };
}

/** A day on which everything works; what is left is the noise of roads, doors and satellites. */
const SMOOTH: DriverProfile = {
  name: 'smooth',
  offers: { reactionSeconds: { min: 10, max: 60 }, declineRate: 0, silenceRate: 0 },
  road: {
    loadingSeconds: 300,
    slowFactor: { mean: 1, sigma: 0 },
    legSigma: 0.05,
    catchUp: 0.1,
    phoneDeathRate: 0,
  },
  door: { serviceSigma: 0.05, failedAttemptRate: 0, damagedRate: 0, missingDocumentRate: 0, shortRate: 0 },
  gps: { sigmaMeters: 4, poorFixRate: 0, gapsPerHour: 0, gapSeconds: { min: 60, max: 600 } },
};

/** A bad day: reluctant drivers, slow roads, closed doors, dead spots. */
const ROUGH: DriverProfile = {
  name: 'rough',
  offers: { reactionSeconds: { min: 10, max: 60 }, declineRate: 0.1, silenceRate: 0.05 },
  road: {
    loadingSeconds: 300,
    slowFactor: { mean: 1.15, sigma: 0.15 },
    legSigma: 0.15,
    catchUp: 0,
    phoneDeathRate: 0.01,
  },
  door: {
    serviceSigma: 0.2,
    failedAttemptRate: 0.03,
    damagedRate: 0.005,
    missingDocumentRate: 0.005,
    shortRate: 0.005,
  },
  gps: { sigmaMeters: 12, poorFixRate: 0.005, gapsPerHour: 0.5, gapSeconds: { min: 60, max: 600 } },
};

export const DRIVER_PROFILES: readonly DriverProfile[] = [SMOOTH, ROUGH];

/** @throws RangeError that lists the names there are */
export function profileNamed(name: string): DriverProfile {
  const profile = DRIVER_PROFILES.find((candidate) => candidate.name === name);
  if (profile !== undefined) return profile;
  const names = DRIVER_PROFILES.map((candidate) => candidate.name).join(', ');
  throw new RangeError(`there is no driver profile '${name}'; give one of ${names}`);
}
