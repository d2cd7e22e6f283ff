/**
 * Which stopped executions began under another definition than is deployed now. A redrive takes them up under the old one,
 * as Step Functions keeps it with the execution: who has repaired the definition means to resume them instead.
 */
import { DescribeStateMachineCommand, DescribeStateMachineForExecutionCommand } from '@aws-sdk/client-sfn';
import type { Deployed } from '../deployed.ts';

/** @param executionArns few: each is asked for by a call. @returns how many of them. Throws what Step Functions throws. */
export async function countUnderOlderDefinition(
  { machines }: Pick<Deployed, 'machines'>,
  executionArns: readonly string[],
): Promise<number> {
  const deployed = new Map<string, string>();
  let older = 0;
  for (const executionArn of executionArns) {
    const began = await machines.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    const stateMachineArn = began.stateMachineArn ?? '';
    if (!deployed.has(stateMachineArn)) {
      const { definition = '' } = await machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
      deployed.set(stateMachineArn, definition);
    }
    if (began.definition !== deployed.get(stateMachineArn)) older += 1;
  }
  return older;
}
