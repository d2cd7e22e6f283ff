/** Why a run cannot be gone on with from its journal. */
export type ReplayFault =
  /** The journal is of a run with another application, seed or day. */
  | 'RUN_DIFFERS'
  /** What the journal tells did not happen again. */
  | 'RUN_DIVERGED';

export class ReplayError extends Error {
  readonly code: ReplayFault;

  constructor(code: ReplayFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ReplayError';
    this.code = code;
  }
}
