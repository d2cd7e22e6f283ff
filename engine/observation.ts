/**
 * What the interpreter tells an observer of its decisions: which rule of a Choice held, which retrier and which catcher
 * matched. Histories do not say it; coverage of a definition by tests needs it. Observing changes nothing.
 */
export interface Observation {
  readonly kind: 'rule' | 'default' | 'retrier' | 'catcher';
  readonly serial: number;
  readonly frame: number;
  readonly state: string;
  /** Position in Choices, Retry or Catch; 0 for a Default. */
  readonly index: number;
  /** Position of the name in ErrorEquals by which a retrier or catcher matched; 0 for rules and Defaults. */
  readonly nameIndex: number;
}
export type Observer = (observation: Observation) => void;
