/** What the process that is killed and the one that kills it say to each other. */
import { executionArn, inputOf, JOURNEY_ARN } from './machines.ts';

export interface HostOptions {
  readonly file: string;
  /** Wall time at which the virtual clock stood at 0, and how many virtual ms pass in one. */
  readonly epochMs: number;
  readonly speed: number;
  /** Ends the process at this append, counted from 1: before it, or right after. */
  readonly dieAtAppend?: { readonly number: number; readonly when: 'before' | 'after' };
}
/** A call for the region; how it went comes back under its id. */
export interface ToHost {
  readonly id: string;
  readonly action: string;
  readonly input: object;
}
export type FromHost =
  | { readonly kind: 'ready' }
  | { readonly kind: 'token'; readonly state: string; readonly n: number; readonly token: string }
  | { readonly kind: 'ended'; readonly n: number; readonly broke: boolean }
  | { readonly kind: 'called'; readonly id: string; readonly outcome: string };

export const startOf = (n: number): ToHost => ({
  id: `start ${n}`,
  action: 'StartExecution',
  input: { stateMachineArn: JOURNEY_ARN, name: `n-${n}`, input: inputOf(n) },
});
export const redriveOf = (n: number): ToHost => ({
  id: `redrive ${n}`,
  action: 'RedriveExecution',
  input: { executionArn: executionArn(`n-${n}`), clientToken: `redrive-${n}` },
});
