/**
 * Plans the routes of a depot again, together with what is pending there, by an execution of `route-planning`: to see what
 * would change, or to change it. The machine claims, freezes and writes as it does for every wave; here it is started,
 * waited for, and its plan is read.
 */
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isWaveOf, msOf, waveIdOf } from '../../domain/index.ts';
import type { VehicleItem } from '../../functions/platform/tables.ts';
import type { WaveInput } from '../../workflows/route-planning/contracts.ts';
import { ActionBook } from '../actions/action-book.ts';
import type { Deployed } from '../deployed.ts';
import { queryAll } from '../dynamo-pages.ts';
import { requireOperator } from '../identity.ts';
import type { Identity } from '../model/actions.ts';
import type { ReplanReport, ReplanRequest } from '../model/replan.ts';
import { OperationError, operationErrorOf } from '../operation-error.ts';
import { readReplan } from './replan-report.ts';

export interface ReplanProgress {
  /** State of the machine that was entered last. */
  readonly state: string;
  readonly waitedMs: number;
}

const LOOK_EVERY_MS = 1_000;
const PAGE_SIZE = 1_000;
/** Re-plans of one depot within one minute of its time. */
const MAX_SAME_MINUTE = 100;

/**
 * @throws OperationError UNKNOWN_DEPOT; NO_ROUTES; WAVE_RUNNING; WAVE_FAILED with its cause; WAVE_UNENDED after the time
 * given, or when the signal is aborted: the wave goes on; FORBIDDEN for a viewer; BAD_INPUT for `apply` without a reason
 */
export async function replanDepot(
  deployed: Deployed,
  identity: Identity,
  request: ReplanRequest,
  onProgress: (progress: ReplanProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<ReplanReport> {
  const { depotId, mode, why = '' } = request;
  requireOperator(identity);
  try {
    await requireRoutes(deployed, depotId);
    await requireNoWave(deployed, depotId);
    const run = async (): Promise<ReplanReport> => {
      const wave = await startWave(deployed, depotId, mode);
      await awaitEnd(deployed, wave, request, onProgress, signal);
      return { depotId, mode, ...wave, ...(await readReplan(deployed, depotId, wave.waveId, mode)) };
    };
    if (mode === 'compare') return await run();
    const made: ReplanReport[] = [];
    await new ActionBook(deployed).record(identity, { kind: 'replan', why, detail: { depotId } }, async () => {
      const report = await run();
      made.push(report);
      const done = report.routes.filter(({ isMade }) => isMade).length;
      return { message: `wave ${report.waveId}: ${done} of ${report.routes.length} changes made` };
    });
    return made[0] as ReplanReport;
  } catch (error) {
    throw operationErrorOf(error) ?? error;
  }
}

async function requireRoutes({ documents, output }: Deployed, depotId: string): Promise<void> {
  const TableName = output('FleetTableName');
  const { Item } = await documents.send(new GetCommand({ TableName, Key: { depotId, sk: 'DEPOT' } }));
  if (Item === undefined) {
    const remedy = 'Check the id: `orders` shows the depot of each order.';
    throw new OperationError('UNKNOWN_DEPOT', `there is no depot ${depotId}`, remedy);
  }
  const vehicles = (await queryAll(documents, {
    TableName,
    KeyConditionExpression: 'depotId = :depotId AND begins_with(sk, :vehicle)',
    ExpressionAttributeValues: { ':depotId': depotId, ':vehicle': 'VEHICLE#' },
    ConsistentRead: true,
  })) as unknown as readonly VehicleItem[];
  if (vehicles.some(({ routeId }) => routeId !== undefined)) return;
  throw new OperationError(
    'NO_ROUTES',
    `none of the ${vehicles.length} vehicles of depot ${depotId} has a route`,
    'There is nothing to plan again: pending orders are planned by the next wave.',
  );
}

/** The claims of the machine keep two waves apart; this keeps an operator from planning on what is about to change. */
async function requireNoWave({ machines, output }: Deployed, depotId: string): Promise<void> {
  let nextToken: string | undefined;
  do {
    const page: { executions?: { name?: string | undefined }[] | undefined; nextToken?: string | undefined } =
      await machines.send(
        new ListExecutionsCommand({
          stateMachineArn: output('RoutePlanningMachineArn'),
          statusFilter: 'RUNNING',
          maxResults: PAGE_SIZE,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
    const running = page.executions?.find(({ name }) => name !== undefined && isWaveOf(depotId, name));
    if (running !== undefined) {
      throw new OperationError(
        'WAVE_RUNNING',
        `wave ${running.name} of depot ${depotId} is under way`,
        'Wait until it has ended, a few minutes, and repeat this.',
      );
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

interface StartedWave {
  readonly waveId: string;
  readonly executionArn: string;
}

/** Named as every wave, with a number: another wave may have, or have had, the name of the minute. */
async function startWave({ machines, output, now }: Deployed, depotId: string, replan: WaveInput['replan']) {
  const minute = waveIdOf(depotId, msOf(now()));
  for (let number = 1; number <= MAX_SAME_MINUTE; number += 1) {
    const input: WaveInput = { depotId, waveId: `${minute}.${number}`, ...(replan === undefined ? {} : { replan }) };
    try {
      const { executionArn = '' } = await machines.send(
        new StartExecutionCommand({
          stateMachineArn: output('RoutePlanningMachineArn'),
          name: input.waveId,
          input: JSON.stringify(input),
        }),
      );
      return { waveId: input.waveId, executionArn };
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
    }
  }
  throw new OperationError(
    'TOO_MANY',
    `depot ${depotId} was planned again ${MAX_SAME_MINUTE} times in this minute`,
    'Wait a minute and repeat this.',
  );
}

async function awaitEnd(
  { machines, time }: Deployed,
  { executionArn, waveId }: StartedWave,
  { timeoutMs }: ReplanRequest,
  onProgress: (progress: ReplanProgress) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const { status, error, cause } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status === 'SUCCEEDED') return;
    if (status !== 'RUNNING') {
      const why = [error, cause].filter((text) => text !== undefined).join(': ');
      const remedy = `Nothing was changed that was not under way; look at the execution ${executionArn}, then repeat this.`;
      throw new OperationError('WAVE_FAILED', `wave ${waveId} is ${status}: ${why}`, remedy);
    }
    if (waitedMs >= timeoutMs || signal?.aborted === true) {
      const remedy = `It goes on by itself: look at the execution ${executionArn}.`;
      throw new OperationError('WAVE_UNENDED', `wave ${waveId} runs after ${waitedMs / 1000} s`, remedy);
    }
    onProgress({ state: await lastState(machines, executionArn), waitedMs });
    await time.pause(LOOK_EVERY_MS, signal);
  }
}

async function lastState(machines: Deployed['machines'], executionArn: string): Promise<string> {
  const newestFirst = { executionArn, reverseOrder: true, maxResults: 20, includeExecutionData: false };
  const { events = [] } = await machines.send(new GetExecutionHistoryCommand(newestFirst));
  return events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)?.stateEnteredEventDetails?.name ?? '';
}
