/**
 * Turns a noisy stream of ETAs into few, true messages. An order is LATE only after several samples past its promise,
 * and ON_TIME again only below a lower threshold; a notice is due on the crossing, again when the slip has grown by a
 * step, and on recovery. Every notice has a key from order, promise version, state and step, so that a repeated
 * evaluation cannot tell the customer twice.
 */

export interface PromisePolicy {
  /** LATE when the ETA passes the promise by more than this... */
  readonly graceSeconds: number;
  /** ...for this many samples in a row. */
  readonly samples: number;
  /** ON_TIME again when the slip is at most this; lower than the grace, or the state would flutter. */
  readonly recoverySeconds: number;
  /** A further notice for each step the slip grows by. */
  readonly stepSeconds: number;
}

export const DEFAULT_PROMISE_POLICY: PromisePolicy = {
  graceSeconds: 120,
  samples: 3,
  recoverySeconds: -60,
  stepSeconds: 900,
};

/** Plain JSON, kept per order. */
export interface PromiseTrack {
  readonly state: 'ON_TIME' | 'LATE';
  readonly promiseVersion: number;
  /** Samples in a row past the grace while ON_TIME. */
  readonly samplesLate: number;
  /** Slip at the last notice of lateness. */
  readonly notifiedSlipSeconds: number;
  /** Notices of lateness so far: the step in the key. */
  readonly notices: number;
}

export interface EtaSample {
  readonly orderId: string;
  readonly promiseVersion: number;
  readonly etaMs: number;
  readonly promiseToMs: number;
}

export interface EtaNotice {
  readonly kind: 'EtaSlipped' | 'EtaRecovered';
  readonly slipSeconds: number;
  readonly key: string;
}

export interface PromiseEvaluation {
  readonly track: PromiseTrack;
  readonly notify?: EtaNotice;
}

function untouched(promiseVersion: number): PromiseTrack {
  return { state: 'ON_TIME', promiseVersion, samplesLate: 0, notifiedSlipSeconds: 0, notices: 0 };
}

/**
 * @param previous the track of the last sample; none at first. A new promise version starts afresh.
 * @throws RangeError when the policy's recovery threshold is not below its grace
 */
export function promiseState(
  previous: PromiseTrack | undefined,
  sample: EtaSample,
  policy: PromisePolicy = DEFAULT_PROMISE_POLICY,
): PromiseEvaluation {
  if (!(policy.recoverySeconds < policy.graceSeconds)) {
    throw new RangeError(
      `recoverySeconds ${policy.recoverySeconds} must be below graceSeconds ${policy.graceSeconds}, or the state flutters`,
    );
  }
  const known = previous?.promiseVersion === sample.promiseVersion;
  const track = known ? previous : untouched(sample.promiseVersion);
  const slipSeconds = (sample.etaMs - sample.promiseToMs) / 1000;
  const key = (state: string, step: number): string =>
    `${sample.orderId}/promise-${sample.promiseVersion}/${state}/${step}`;

  const slipped = (): PromiseEvaluation => {
    const notices = track.notices + 1;
    return {
      track: { ...track, state: 'LATE', samplesLate: 0, notifiedSlipSeconds: slipSeconds, notices },
      notify: { kind: 'EtaSlipped', slipSeconds, key: key('LATE', notices) },
    };
  };

  if (track.state === 'LATE') {
    if (slipSeconds <= policy.recoverySeconds) {
      return {
        track: { ...track, state: 'ON_TIME', samplesLate: 0, notifiedSlipSeconds: 0 },
        notify: { kind: 'EtaRecovered', slipSeconds, key: key('ON_TIME', track.notices) },
      };
    }
    return slipSeconds >= track.notifiedSlipSeconds + policy.stepSeconds ? slipped() : { track };
  }
  const samplesLate = slipSeconds > policy.graceSeconds ? track.samplesLate + 1 : 0;
  return samplesLate >= policy.samples ? slipped() : { track: { ...track, samplesLate } };
}
