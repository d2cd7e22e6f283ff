/**
 * Drives one `history` case whose machine is Express. No history of these was recorded: what AWS answered to
 * StartSyncExecution is compared as a whole, or the last event that it logged of an asynchronous execution.
 */
import { type AppliedEvent, Engine } from '../../engine/index.ts';
import type { HistoryCase } from './run-history.ts';

export interface ExpressCase extends HistoryCase {
  readonly expected: HistoryCase['expected'] & { readonly startSyncExecution?: object; readonly endEvent?: object };
}

const NOW_MS = Date.UTC(2026, 0, 1);

/** An `api` case of one step, with the same placeholders, that the comparator judges, and what the engine answered. */
export interface ExpressResult {
  readonly asked: object;
  readonly actual: { readonly responses: Readonly<Record<number, unknown>> };
}

export async function runExpressCase(testCase: ExpressCase): Promise<ExpressResult> {
  let drawn = 0;
  const uuid = (): string => {
    drawn += 1;
    return `00000000-0000-4000-8000-${String(drawn).padStart(12, '0')}`;
  };
  const engine = new Engine({ accountId: '111111111111', region: 'us-east-1', host: { random: () => 0.5, uuid } });
  const call = (action: string, input: object) => engine.apply(NOW_MS, { kind: 'api', action, input });
  const { response: machine } = await call('CreateStateMachine', {
    name: testCase.stateMachineName ?? 'machine',
    definition: JSON.stringify(testCase.definition),
    roleArn: 'arn:aws:iam::111111111111:role/conformance',
    type: 'EXPRESS',
  });
  const { stateMachineArn } = machine as { stateMachineArn: string };
  const input = testCase.inputText ?? JSON.stringify(testCase.input);
  const start = { stateMachineArn, ...(testCase.inputOmitted !== true && { input }) };
  const { endEvent, startSyncExecution } = testCase.expected;
  const answer = async (): Promise<unknown> => {
    if (endEvent === undefined) return (await call('StartSyncExecution', start)).response;
    const { response, events } = await call('StartExecution', start);
    return loggedEvent((response as { executionArn: string }).executionArn, events);
  };
  const steps = [{ n: 1, expect: [{ key: 'answer', value: startSyncExecution ?? endEvent }] }];
  const actual: unknown = JSON.parse(JSON.stringify((await answer()) ?? {}));
  return { asked: { ...testCase, kind: 'api', steps }, actual: { responses: { 1: actual } } };
}

/** The last public event of a journal, as CloudWatch Logs has it. */
function loggedEvent(executionArn: string, events: readonly AppliedEvent[]): object {
  const last = events.findLast((event) => event.stream === 'execution' && event.record.id > 0);
  if (last?.stream !== 'execution') return {};
  const { id, type, previousEventId } = last.record;
  const details = 'details' in last.record ? last.record.details : {};
  return {
    id: String(id),
    type,
    details: { ...details, ...('output' in details && { outputDetails: { truncated: false } }) },
    previous_event_id: String(previousEventId),
    event_timestamp: 'timestamp',
    execution_arn: executionArn,
    redrive_count: '0',
  };
}
