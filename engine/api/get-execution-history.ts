/** GetExecutionHistory: AWS's events, either way round, in pages. */
import { type HistoryEvent, renderEvent } from '../history/render.ts';
import type { Action } from './action.ts';
import { executionAt } from './arns.ts';
import { type PageInput, pageOf } from './paging.ts';

export interface GetExecutionHistoryInput extends PageInput {
  readonly executionArn: string;
  readonly reverseOrder?: boolean;
  readonly includeExecutionData?: boolean;
}

export const getExecutionHistory: Action<GetExecutionHistoryInput> = (turn, input) => {
  const execution = executionAt(turn, input.executionArn);
  const records = execution.journal.all().filter(({ id }) => id > 0);
  const newestFirst = input.reverseOrder === true;
  const list = `history of ${execution.arn} ${newestFirst}`;
  const { items, nextToken } = pageOf(records, input, list, { newestFirst });
  const events: HistoryEvent[] = [];
  for (const record of items) {
    const event = renderEvent(record, input.includeExecutionData !== false);
    if (event !== undefined) events.push(event);
  }
  return { events, ...(nextToken !== undefined && { nextToken }) };
};
