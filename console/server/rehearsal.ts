/**
 * Whether failed executions can go on under the definition as it is now, which is that of order-replay: the recorded
 * history of each is rehearsed on it, in this process, and nothing is asked of the deployed system but to be read.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandOutput,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { EngineError } from '../../engine/index.ts';
import { KitError, rehearse } from '../../engine/testkit/index.ts';
import type { Deployed, MayResume } from '../../operations/index.ts';
import type { Rehearsal } from './console-operations.ts';

export interface RehearsedItem {
  readonly orderId: string;
  readonly executionArn: string;
}

/** Histories are read and replayed so many at a time: GetExecutionHistory allows 20 a second. */
const AT_ONCE = 4;
const PAGE_SIZE = 1000;

export async function rehearseItems(deployed: Deployed, items: readonly RehearsedItem[]): Promise<Rehearsal> {
  const mayResume = rehearsalGate(deployed);
  const failed: { orderId: string; state: string; reason: string }[] = [];
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      const { ok, state = '?', reason = '' } = await mayResume(item);
      if (!ok) failed.push({ orderId: item.orderId, state, reason });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  failed.sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
  return { total: items.length, passed: items.length - failed.length, failed };
}

interface Rehearsed {
  readonly ok: boolean;
  /** In which the execution stopped. */
  readonly state?: string;
  readonly reason?: string;
}

/**
 * For one run of a replay: the definitions are read once, at the first question. A repair has to stand in both machines: in
 * order-replay, which the resumed order runs, and in order-lifecycle, which the next order does.
 */
export function rehearsalGate(deployed: Deployed): (...given: Parameters<MayResume>) => Promise<Rehearsed> {
  let definitions: Promise<readonly [string, string]> | undefined;
  return async ({ executionArn }) => {
    definitions ??= Promise.all([
      definitionOf(deployed, deployed.output('OrderReplayMachineArn')),
      definitionOf(deployed, deployed.output('OrderLifecycleMachineArn')),
    ]);
    const [definition, lifecycle] = await definitions;
    const events = await allEvents(deployed, executionArn);
    const state =
      events.findLast(({ type = '' }) => type.endsWith('StateEntered'))?.stateEnteredEventDetails?.name ?? '?';
    try {
      const { resume } = await rehearse({ history: { events }, definition });
      if (!resume.possible) return { ok: false, state, reason: resume.reason };
      if (isDeepStrictEqual(stateOf(definition, state), stateOf(lifecycle, state))) return { ok: true };
      const reason = `order-replay and order-lifecycle differ in '${state}': deploy the repair to both`;
      return { ok: false, state, reason };
    } catch (error) {
      if (error instanceof KitError || error instanceof EngineError) return { ok: false, state, reason: error.message };
      throw error;
    }
  };
}

function stateOf(definition: string, state: string): unknown {
  return (JSON.parse(definition) as { readonly States: Readonly<Record<string, unknown>> }).States[state];
}

async function definitionOf({ machines }: Deployed, stateMachineArn: string): Promise<string> {
  const { definition = '' } = await machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
  return definition;
}

async function allEvents({ machines }: Deployed, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page: GetExecutionHistoryCommandOutput = await machines.send(
      new GetExecutionHistoryCommand({
        executionArn,
        includeExecutionData: true,
        maxResults: PAGE_SIZE,
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return events;
}
