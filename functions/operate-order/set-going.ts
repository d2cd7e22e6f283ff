/**
 * Sets the execution of a claimed replay going. Safe to repeat after a crash at any point: a redrive has a token of its
 * run, a resumed execution the name of its replay, so the second call finds what the first did.
 */
import { createHash } from 'node:crypto';
import {
  DescribeExecutionCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { ReplayClaim } from '../platform/action-items.ts';

export interface MachinePorts {
  readonly machines: SFNClient;
  readonly replayMachineArn: string;
}

/** Answers that no repetition will change; whatever else is thrown is worth another try. */
const FINAL: ReadonlySet<string> = new Set([
  'ExecutionDoesNotExist',
  'ExecutionNotRedrivable',
  'InvalidArn',
  'InvalidExecutionInput',
  'InvalidName',
  'StateMachineDeleting',
  'StateMachineDoesNotExist',
]);

/**
 * @returns undefined when the execution goes on, else why Step Functions refused for good
 * @throws what Step Functions throws that may pass
 */
export async function setGoing(claim: ReplayClaim, ports: MachinePorts): Promise<string | undefined> {
  try {
    await (claim.start === undefined ? redrive(claim, ports) : start(claim.start, ports));
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || !FINAL.has(error.name)) throw error;
    if (claim.start === undefined && (await wasRedriven(claim, ports))) return undefined;
    return `${error.name}: ${error.message}`;
  }
}

async function redrive({ failure }: ReplayClaim, { machines }: MachinePorts): Promise<void> {
  const { executionArn, redriveCount } = failure;
  const clientToken = createHash('sha256').update(`${executionArn}#${redriveCount}`).digest('hex');
  await machines.send(new RedriveExecutionCommand({ executionArn, clientToken }));
}

async function wasRedriven({ failure }: ReplayClaim, { machines }: MachinePorts): Promise<boolean> {
  const { redriveCount = 0 } = await machines.send(
    new DescribeExecutionCommand({ executionArn: failure.executionArn }),
  );
  return redriveCount > failure.redriveCount;
}

async function start(
  { name, input }: NonNullable<ReplayClaim['start']>,
  { machines, replayMachineArn }: MachinePorts,
): Promise<void> {
  try {
    await machines.send(new StartExecutionCommand({ stateMachineArn: replayMachineArn, name, input }));
  } catch (error) {
    // The name belongs to this replay alone: it was started, and has ended since.
    if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
  }
}
