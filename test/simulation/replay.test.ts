/** Orders whose executions are stopped in the middle of the day and taken up again by the function that operators call. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { SimulatedDay } from '../../cli/simulation/simulated-day.ts';
import type { BoardItem } from '../../functions/platform/board-items.ts';
import type { OrderRecord } from '../../functions/platform/tables.ts';
import type { Region } from '../../region/index.ts';
import type { OperateAnswer } from '../../workflows/order-lifecycle/operate-order.ts';
import { at, orderOf, runDay, smallDay } from './days.ts';

const STOPPED_AT = 20;
const REPLAYED_AT = 26;
const MODES = ['redrive', 'resume'] as const;

interface Story {
  readonly orderId: string;
  readonly mode: (typeof MODES)[number];
  readonly answers: OperateAnswer[];
  failed?: OrderRecord;
  board?: BoardItem;
  ended?: OrderRecord;
  endedBoard?: BoardItem;
  executionStatus?: string;
}

let day: SimulatedDay;
let stories: readonly Story[];
let parameter: Record<string, string>;

/** The tools' own way: AWS APIs, with what the parameter says. */
function toolsOf(region: Region) {
  const documents = DynamoDBDocumentClient.from(region.sdk(DynamoDBClient));
  const machines = region.sdk(SFNClient);
  const functions = region.sdk(LambdaClient);
  const outputs = region.outputs();
  return {
    machines,
    outputs,
    record: async (orderId: string) => {
      const Key = { orderId, sk: 'ORDER' };
      const { Item } = await documents.send(new GetCommand({ TableName: outputs['OrdersTableName'], Key }));
      return Item as OrderRecord;
    },
    board: async (orderId: string) => {
      const { Item } = await documents.send(new GetCommand({ TableName: outputs['BoardTableName'], Key: { orderId } }));
      return Item as BoardItem;
    },
    operate: async (request: object): Promise<OperateAnswer> => {
      const answer = await functions.send(
        new InvokeCommand({ FunctionName: outputs['OperateOrderFunctionName'], Payload: JSON.stringify(request) }),
      );
      const payload = Buffer.from(answer.Payload ?? []).toString('utf8');
      if (answer.FunctionError !== undefined) throw new Error(payload);
      return JSON.parse(payload) as OperateAnswer;
    },
  };
}

async function stop(region: Region, { orderId }: Story): Promise<void> {
  const { machines, outputs } = toolsOf(region);
  const executionArn = `${outputs['OrderLifecycleMachineArn']?.replace(':stateMachine:', ':execution:')}:${orderId}`;
  await machines.send(
    new StopExecutionCommand({ executionArn, error: 'Drill', cause: `order ${orderId} was stopped` }),
  );
}

async function takeUp(region: Region, story: Story): Promise<void> {
  const { record, board, operate } = toolsOf(region);
  story.failed = await record(story.orderId);
  story.board = await board(story.orderId);
  const { executionArn = '', redriveCount = 0 } = story.failed.failure ?? {};
  const request = { operation: 'replay', orderId: story.orderId, mode: story.mode, executionArn, redriveCount };
  story.answers.push(await operate({ ...request, by: 'ann', why: 'drill' }));
  story.answers.push(await operate({ ...request, by: 'bob', why: 'drill too' }));
}

beforeAll(async () => {
  const { orders, fleet } = smallDay();
  stories = MODES.map((mode, index) => ({ mode, orderId: orders[index]?.orderId ?? '', answers: [] }));
  const run: { region?: Region } = {};
  day = await runDay(orders, {
    fleet,
    prepare: (region) => {
      run.region = region;
      for (const story of stories) {
        region.clock.at(Date.parse(at(STOPPED_AT)), () => region.spawn(() => stop(region, story)));
        region.clock.at(Date.parse(at(REPLAYED_AT)), () => region.spawn(() => takeUp(region, story)));
      }
    },
    onEnd: async () => {
      const { region } = run;
      if (region === undefined) throw new Error('the day has no region');
      const { Parameter } = await region
        .sdk(SSMClient)
        .send(new GetParameterCommand({ Name: '/perfect-order/outputs' }));
      parameter = JSON.parse(Parameter?.Value ?? '{}');
      const { machines, record, board } = toolsOf(region);
      for (const story of stories) {
        story.ended = await record(story.orderId);
        story.endedBoard = await board(story.orderId);
        const executionArn = story.answers[0]?.replayedArn;
        const { status = 'unknown' } = await machines.send(new DescribeExecutionCommand({ executionArn }));
        story.executionStatus = status;
      }
    },
  });
}, 120_000);

describe.each(MODES)('an order whose execution was stopped, by %s', (mode) => {
  const story = () => stories.find((each) => each.mode === mode) as Story;

  test('is shown as failed: where, why, and in which state', () => {
    expect(story().failed).toMatchObject({ status: 'FAILED', failure: { error: 'Drill', executionStatus: 'ABORTED' } });
    expect(story().failed?.failure?.pattern).toBe('order <id> was stopped');
    expect(story().failed?.failure?.state).toMatch(/^Await/);
    expect(story().board).toMatchObject({ status: 'FAILED', failure: story().failed?.failure });
  });

  test('is replayed once, though two asked for it', () => {
    const [first, second] = story().answers;
    const replayed = mode === 'redrive' ? /order-lifecycle:[^:]+$/ : /order-replay:.+\.r1$/;
    expect(first).toMatchObject({ outcome: 'started', mode, replay: 1, replayedArn: expect.stringMatching(replayed) });
    expect(second).toMatchObject({ outcome: 'already', by: 'ann', replayedArn: first?.replayedArn });
  });

  test('is delivered and archived by the execution that was taken up, as the board says too', () => {
    expect(story().executionStatus).toBe('SUCCEEDED');
    expect(story().ended).toMatchObject({ status: 'ARCHIVED', replays: 1 });
    expect(story().ended?.failure).toBeUndefined();
    expect(orderOf(day, story().orderId).status).toBe('ARCHIVED');
    const { status, replays, perfect, failure } = story().endedBoard ?? {};
    expect({ status, replays, perfect, failure }).toEqual({
      status: 'ARCHIVED',
      replays: 1,
      perfect: true,
      failure: undefined,
    });
  });

  test('keeps its promise and counts one attempt', () => {
    expect(story().ended).toMatchObject({ attempts: 1, promise: story().failed?.promise });
    expect(story().ended?.breaches).toEqual(story().failed?.breaches);
  });
});

describe('the tools', () => {
  test('find in one parameter what the stacks put out', () => {
    expect(parameter['BoardTableName']).toMatch(/Board/);
    expect(Object.keys(parameter).length).toBeGreaterThan(20);
    expect(JSON.stringify(parameter).length).toBeLessThan(8_192);
  });

  test('see no notification sent twice', () => {
    const keys = day.report.notifications.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(0);
  });
});
