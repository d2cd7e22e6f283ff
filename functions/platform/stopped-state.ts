/**
 * Where an execution stands still: the state it entered last and the input it had, from the end of its history. The
 * machines of an order have one path, without branches, so the newest entry is the state that stopped.
 */
import { GetExecutionHistoryCommand, type SFNClient } from '@aws-sdk/client-sfn';

export interface StoppedState {
  readonly state: string;
  /** JSON text, as the history has it. */
  readonly input: string;
}

/** A state that was tried seven times, with three events an attempt and the redrives of a bad week, is well within. */
const NEWEST_EVENTS = 200;

/** @returns undefined when no state was entered within the newest events */
export async function stoppedState(machines: SFNClient, executionArn: string): Promise<StoppedState | undefined> {
  const { events = [] } = await machines.send(
    new GetExecutionHistoryCommand({
      executionArn,
      reverseOrder: true,
      maxResults: NEWEST_EVENTS,
      includeExecutionData: true,
    }),
  );
  const entered = events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined);
  const { name, input } = entered?.stateEnteredEventDetails ?? {};
  return name === undefined ? undefined : { state: name, input: input ?? '{}' };
}
