/**
 * The contract of `order-replay`: the order's life entered in any of its states, with the input that was recorded when
 * the state was entered before. An execution is named `<order id>.r<N>` for the order's Nth replay.
 */

/** Every state of order-lifecycle that a replay may enter, by its name; the definition is built from the same list. */
export const ENTRY_STATES = [
  'AwaitRoute',
  'AwaitDispatch',
  'AwaitDeparture',
  'AwaitApproach',
  'AwaitArrival',
  'AwaitDelivery',
  'RecordFailedAttempt',
  'ReleaseRoute',
  'AmendPromise',
  'CancelOrder',
  'ReturnOrder',
  'IsAttemptLeft',
  'WhereToResume',
  'CloseOrder',
  'ArchiveOrder',
] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** Input of an execution of order-replay. */
export interface ReplayInput {
  readonly enter: EntryState;
  /** Input of that state, as its history has it. */
  readonly state: unknown;
}

/** What Step Functions takes as the name of an execution. */
const MAX_EXECUTION_NAME = 80;

export const isEntryState = (state: string): state is EntryState => (ENTRY_STATES as readonly string[]).includes(state);

/** @returns the name, or undefined where the order id leaves no room for it */
export function replayName(orderId: string, replay: number): string | undefined {
  const name = `${orderId}.r${replay}`;
  return name.length > MAX_EXECUTION_NAME ? undefined : name;
}

/** The order that an execution is of. Order ids may have dots: only a replay's name ends in `.rN` for its machine. */
export function orderIdOfExecution(name: string, isReplay: boolean): string {
  return isReplay ? name.replace(/\.r\d+$/, '') : name;
}
