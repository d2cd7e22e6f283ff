/** History events as GetExecutionHistory returns them: the journal's public records with AWS's detail names. */
import type { JsonObject } from '../json.ts';
import { isPrivate, type JournalRecord } from './records.ts';

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: Date;
  readonly type: string;
  readonly [details: `${string}EventDetails`]: JsonObject;
}

const STATE_EVENT = /^[A-Z][a-z]+State(Entered|Exited)$/;
const WITHOUT_DETAILS: ReadonlySet<string> = new Set([
  'ParallelStateStarted',
  'LambdaFunctionStarted',
  'ParallelStateSucceeded',
  'ParallelStateFailed',
  'ParallelStateAborted',
  'MapStateSucceeded',
  'MapStateFailed',
  'MapStateAborted',
  'TaskStateAborted',
  'WaitStateAborted',
]);
/** Every field with data says whether it was cut short; the engine never cuts. */
const DATA_FIELDS = {
  input: 'inputDetails',
  output: 'outputDetails',
  assignedVariables: 'assignedVariablesDetails',
} as const;

function detailKey(type: string): `${string}EventDetails` {
  const match = STATE_EVENT.exec(type);
  if (match !== null) return match[1] === 'Entered' ? 'stateEnteredEventDetails' : 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** undefined for a private record. `includeData` false leaves inputs, outputs and variables out. */
export function renderEvent(record: JournalRecord, includeData: boolean): HistoryEvent | undefined {
  if (isPrivate(record.type)) return undefined;
  const { id, previousEventId, type } = record;
  const event = { id, previousEventId, timestamp: new Date(record.at), type };
  if (WITHOUT_DETAILS.has(type) || !('details' in record)) return event;
  const details: JsonObject = { ...(record.details as JsonObject) };
  for (const [field, companion] of Object.entries(DATA_FIELDS)) {
    if (!(field in details)) continue;
    if (includeData) details[companion] = { truncated: false };
    else delete details[field];
  }
  return { ...event, [detailKey(type)]: details };
}
