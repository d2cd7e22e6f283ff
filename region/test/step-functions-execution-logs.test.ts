/** What machines with a logging configuration log, line by line. */
import {
  RedriveExecutionCommand,
  SFNClient,
  StartSyncExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import type { LogRecord, Region } from '../index.ts';
import { DOUBLE, execute, openMachines, stateMachine } from '../testing/machine-fixture.ts';
import { mapping } from '../testing/map-fixture.ts';

const GROUP = '/aws/vendedlogs/states/orders';
const LOGS = {
  Type: 'AWS::Logs::LogGroup',
  Properties: { LogGroupName: GROUP },
};
const PASS = stateMachineOf({ StartAt: 'Keep', States: { Keep: { Type: 'Pass', End: true } } });
const FAIL = { StartAt: 'Stop', States: { Stop: { Type: 'Fail', Error: 'Lost', Cause: 'no parcel' } } };

function stateMachineOf(definition: object) {
  return (level: string, includeData = false, more: object = {}): object =>
    stateMachine(definition, { ...more, LoggingConfiguration: logging(level, includeData) });
}

const logging = (Level: string, IncludeExecutionData = false): object => ({
  Level,
  IncludeExecutionData,
  Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['Logs', 'Arn'] } } }],
});

async function openLogged(
  Machine: object,
  executionLogs = true,
): Promise<{ readonly region: Region; readonly events: () => Record<string, unknown>[] }> {
  const records: LogRecord[] = [];
  const region = await openMachines({ Machine, Logs: LOGS }, undefined, {
    stepFunctions: { executionLogs },
    log: (record) => records.push(record),
  });
  const ofGroup = () => records.filter(({ from }) => from === GROUP);
  return { region, events: () => ofGroup().map(({ message }) => JSON.parse(message) as Record<string, unknown>) };
}

const typesOf = (events: readonly Record<string, unknown>[]): unknown[] => events.map(({ type }) => type);

describe('A machine with a logging configuration', () => {
  test('logs each event as Step Functions delivers it to CloudWatch Logs', async () => {
    const { region, events } = await openLogged(PASS('ALL', true));
    const { executionArn } = await execute(region, 'Machine', { n: 1 });
    const common = { event_timestamp: expect.stringMatching(/^17\d{11}$/) as unknown, execution_arn: executionArn };
    const inputOf = { input: '{"n":1}', inputDetails: { truncated: false } };
    const outputOf = { output: '{"n":1}', outputDetails: { truncated: false } };
    expect(events()).toEqual([
      {
        id: '1',
        type: 'ExecutionStarted',
        details: { ...inputOf, roleArn: expect.stringContaining(':role/') as unknown },
        previous_event_id: '0',
        redrive_count: '0',
        ...common,
      },
      {
        id: '2',
        type: 'PassStateEntered',
        details: { ...inputOf, name: 'Keep' },
        previous_event_id: '0',
        redrive_count: '0',
        ...common,
      },
      {
        id: '3',
        type: 'PassStateExited',
        details: { ...outputOf, name: 'Keep' },
        previous_event_id: '2',
        redrive_count: '0',
        ...common,
      },
      {
        id: '4',
        type: 'ExecutionSucceeded',
        details: outputOf,
        previous_event_id: '3',
        redrive_count: '0',
        ...common,
      },
    ]);
  });

  test('leaves data out unless it is to be included', async () => {
    const { region, events } = await openLogged(PASS('ALL'));
    await execute(region, 'Machine', { n: 1 });
    expect(events().map(({ details }) => details)).toEqual([
      { roleArn: expect.any(String) as unknown },
      { name: 'Keep' },
      { name: 'Keep' },
      {},
    ]);
  });

  test.each([
    ['ALL', ['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']],
    ['ERROR', ['FailStateEntered', 'ExecutionFailed']],
    ['FATAL', ['ExecutionFailed']],
    ['OFF', []],
  ])('at level %s logs %j of an execution that fails', async (level, types) => {
    const { region, events } = await openLogged(stateMachineOf(FAIL)(level));
    await execute(region, 'Machine', {});
    expect(typesOf(events())).toEqual(types);
  });

  test('counts redrives, and logs what an update asks for from the next execution on', async () => {
    const { region, events } = await openLogged(stateMachineOf(FAIL)('FATAL'));
    const { executionArn } = await execute(region, 'Machine', {});
    const sfn = region.sdk(SFNClient);
    const stateMachineArn = region.outputs()['Machine'];
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration: { level: 'OFF' } }));
    await sfn.send(new RedriveExecutionCommand({ executionArn }));
    await region.runUntilIdle();
    await execute(region, 'Machine', {});
    expect(events()).toMatchObject([
      { id: '3', redrive_count: '0', details: { error: 'Lost', cause: 'no parcel' } },
      { type: 'ExecutionFailed', redrive_count: '1', execution_arn: executionArn },
    ]);
  });

  test('logs Express executions and the children of its distributed Maps', async () => {
    const express = await openLogged(stateMachineOf(DOUBLE)('FATAL', false, { StateMachineType: 'EXPRESS' }));
    const sent = new StartSyncExecutionCommand({
      stateMachineArn: express.region.outputs()['Machine'],
      input: '{"n":-1}',
    });
    const { executionArn } = await express.region.sdk(SFNClient).send(sent);
    expect(express.events()).toMatchObject([{ type: 'ExecutionFailed', execution_arn: executionArn }]);
    const { Properties } = mapping({ Items: [1] }, FAIL) as { Properties: object };
    const map = await openLogged({
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { ...Properties, LoggingConfiguration: logging('FATAL') },
    });
    const parent = await execute(map.region, 'Machine', {});
    expect(map.events()).toMatchObject([
      { type: 'ExecutionFailed', execution_arn: expect.stringContaining('/each:') as unknown },
      { type: 'ExecutionFailed', execution_arn: parent.executionArn },
    ]);
  });

  test('logs nothing in a region that does not ask for execution logs', async () => {
    const { region, events } = await openLogged(PASS('ALL'), false);
    await execute(region, 'Machine', {});
    expect(events()).toEqual([]);
  });
});
