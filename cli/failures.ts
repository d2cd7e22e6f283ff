/**
 * What goes wrong at the command line: a stable code, what happened with the value, and the remedy. The code's first
 * digit is its kind and decides the exit code: 1 input, 2 the running region, 3 the assembly, 4 the outcome of a run.
 */
export const FAILURE_CODES = {
  'PO-100': 'an option has no such value',
  'PO-101': 'a file cannot be read or written',
  'PO-102': 'the fleet file is refused',
  'PO-103': 'the orders file holds no orders, or its times are too far apart',
  'PO-104': 'the zones are refused',
  'PO-105': 'the history or the definition to rehearse is refused',
  'PO-106': 'the data folder is refused',
  'PO-107': 'the mocks are refused',
  'PO-108': 'the fault plan is refused',
  'PO-109': 'the selection is empty',
  'PO-110': 'the selection is too large',
  'PO-111': 'the report file belongs to another replay, or cannot be read',
  'PO-112': 'the file of order ids is refused',
  'PO-113': 'the roads are refused',
  'PO-200': 'no region is running, or it does not answer',
  'PO-201': 'nothing is known under this order id',
  'PO-202': 'there is no zone of this id',
  'PO-203': 'the port is taken',
  'PO-204': 'another process has the kept region open',
  'PO-205': 'the kept region cannot be gone on with',
  'PO-206': 'there is no replay of this id',
  'PO-207': 'there is no group of failures of this id',
  'PO-208': 'the app is not deployed there, or another version of it',
  'PO-209': 'there is no login, or it has expired',
  'PO-210': 'this identity may not do that',
  'PO-211': 'AWS asks for fewer calls',
  'PO-212': 'there is no such stuck wait, or it has no such remedy',
  'PO-213': 'there is no depot of this id',
  'PO-300': 'the app cannot be synthesised',
  'PO-301': 'the region does not understand the assembly',
  'PO-400': 'orders did not come to an end',
  'PO-401': 'the run ended with an error',
  'PO-402': 'the order does not stand where the operation needs it',
  'PO-403': 'the depot has no route to plan again',
  'PO-404': 'a wave of the depot is under way',
  'PO-405': 'the wave failed',
  'PO-406': 'the wave has not ended in time',
} as const;
export type FailureCode = keyof typeof FAILURE_CODES;

/** By kind; 2 is what commander ends with for a wrong command line. */
const EXIT_CODES: Readonly<Record<string, number>> = { '1': 2, '2': 3, '3': 4, '4': 1 };

export class CommandFailure extends Error {
  readonly code: FailureCode;
  readonly remedy: string;

  constructor(code: FailureCode, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandFailure';
    this.code = code;
    this.remedy = remedy;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code.charAt(3)] ?? 1;
  }
}

export function failureText(error: unknown, verbose: boolean): string {
  if (!(error instanceof CommandFailure))
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = verbose && error.cause instanceof Error ? `\n${error.cause.stack ?? error.cause.message}` : '';
  return `${error.code}  ${error.message}\n        ${error.remedy}${cause}`;
}
