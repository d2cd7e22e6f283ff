/** An invocation that a fault plan strikes: what of the function runs, and what Lambda answers. */
import type { FunctionFault } from '../../faults/fault-desk.ts';
import type { Outcome } from './environment.ts';

/** @param handle runs the function */
export async function faultyInvocation(
  { kind, name, message }: FunctionFault,
  requestId: string,
  handle: () => Promise<Outcome>,
): Promise<Outcome> {
  switch (kind) {
    case 'fail':
      return failed({ errorType: name, errorMessage: message, trace: [`${name}: ${message}`] });
    case 'timeout':
      // Lambda ends it when its time is over.
      return new Promise(() => undefined);
    case 'crash-before':
      return crashed(requestId);
    case 'crash-after':
      await handle();
      return crashed(requestId);
  }
}

const failed = (error: object): Outcome => ({ payload: JSON.stringify(error), functionError: 'Unhandled' });

const crashed = (requestId: string): Outcome => ({
  ...failed({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  }),
  endsEnvironment: true,
});
