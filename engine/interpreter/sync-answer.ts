/** The answer of StartSyncExecution: how the execution ended, and what AWS would bill for it. */
import { utf8Bytes } from '../json.ts';
import type { ExecutionState } from '../state/execution.ts';

const BILLED_MS = 100;
const BILLED_MB = 64;
const BYTES_PER_MB = 1_048_576;

/** Time is billed in steps of 100 ms, memory in steps of 64 MB: the definition with the largest data it worked on. */
export function syncAnswer(execution: ExecutionState): object {
  const { machine, startMs, stopMs = startMs, input, output, error, cause } = execution;
  const bytes = utf8Bytes(machine.definitionText) + Math.max(utf8Bytes(input), utf8Bytes(output ?? ''));
  return {
    executionArn: execution.arn,
    stateMachineArn: machine.arn,
    name: execution.name,
    startDate: new Date(startMs),
    stopDate: new Date(stopMs),
    status: execution.status,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output }),
    outputDetails: { included: true },
    ...(execution.traceHeader !== undefined && { traceHeader: execution.traceHeader }),
    billingDetails: {
      billedDurationInMilliseconds: Math.max(1, Math.ceil((stopMs - startMs) / BILLED_MS)) * BILLED_MS,
      billedMemoryUsedInMB: Math.max(1, Math.ceil(bytes / BYTES_PER_MB / BILLED_MB)) * BILLED_MB,
    },
  };
}
