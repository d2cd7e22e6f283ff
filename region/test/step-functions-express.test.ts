import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  InvalidArn,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StateMachineTypeNotSupported,
} from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import type { Region } from '../index.ts';
import { role } from '../testing/assembly-fixture.ts';
import { DOUBLE, execute, openMachines, outputOf, stateMachine } from '../testing/machine-fixture.ts';

const express = stateMachine(DOUBLE, { StateMachineType: 'EXPRESS' });

const calling = (resource: string, args: object): object =>
  stateMachine({
    QueryLanguage: 'JSONata',
    StartAt: 'Call',
    States: { Call: { Type: 'Task', Resource: resource, Arguments: args, End: true } },
  });

function runSync(region: Region, machine: string, input: unknown, name?: string) {
  return region.sdk(SFNClient).send(
    new StartSyncExecutionCommand({
      stateMachineArn: region.outputs()[machine],
      input: JSON.stringify(input),
      ...(name !== undefined && { name }),
    }),
  );
}

describe('An Express machine of a template', () => {
  test('answers its caller with its output and what it costs', async () => {
    const region = await openMachines({ Express: express });
    const answer = await runSync(region, 'Express', { n: 4, afterMs: 230 }, 'quote');
    expect(answer).toMatchObject({
      status: 'SUCCEEDED',
      name: 'quote',
      stateMachineArn: region.outputs()['Express'],
      output: '{"n":8}',
      startDate: new Date('2026-03-02T08:00:00Z'),
      billingDetails: { billedMemoryUsedInMB: 64 },
    });
    expect(answer.executionArn).toMatch(/:express:.+:quote:[0-9a-f-]{36}$/);
    const tookMs = Number(answer.stopDate) - Number(answer.startDate);
    expect(tookMs).toBeGreaterThanOrEqual(230);
    expect(answer.billingDetails?.billedDurationInMilliseconds).toBe(Math.ceil(tookMs / 100) * 100);
  });

  test('answers its caller with the error that ended it', async () => {
    const region = await openMachines({ Express: express });
    const { status, error, cause, output } = await runSync(region, 'Express', { n: -1 });
    expect({ status, error, output }).toEqual({ status: 'FAILED', error: 'BelowZero', output: undefined });
    expect(JSON.parse(String(cause))).toMatchObject({ errorMessage: 'below zero' });
  });

  test('ends after five minutes at the latest', async () => {
    const wait = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 600, End: true } } };
    const region = await openMachines({ Slow: stateMachine(wait, { StateMachineType: 'EXPRESS' }) });
    const { status, startDate, stopDate } = await runSync(region, 'Slow', {});
    expect(status).toBe('TIMED_OUT');
    expect(Number(stopDate) - Number(startDate)).toBe(300_000);
  });

  test('starts without a caller, each time anew, and is not kept', async () => {
    const region = await openMachines({ Express: express });
    const sfn = region.sdk(SFNClient);
    const start = new StartExecutionCommand({
      stateMachineArn: region.outputs()['Express'],
      name: 'one',
      input: '{"n":1}',
    });
    const [first, second] = [await sfn.send(start), await sfn.send(start)];
    expect(first.executionArn).not.toBe(second.executionArn);
    await region.runUntilIdle();
    expect(region.usage()['lambda/request']).toBe(2);
    const { executionArn } = first;
    await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toBeInstanceOf(InvalidArn);
    await expect(sfn.send(new GetExecutionHistoryCommand({ executionArn }))).rejects.toBeInstanceOf(InvalidArn);
    const list = new ListExecutionsCommand({ stateMachineArn: region.outputs()['Express'] });
    await expect(sfn.send(list)).rejects.toBeInstanceOf(StateMachineTypeNotSupported);
  });

  test('is run by another machine through the SDK, which takes its output', async () => {
    const StateMachineArn = '${Express}';
    const sync = calling('arn:aws:states:::aws-sdk:sfn:startSyncExecution', { StateMachineArn, Input: { n: 3 } });
    const region = await openMachines({ Express: express, Parent: substituted(sync) });
    expect(outputOf(await execute(region, 'Parent', {}))).toMatchObject({ Status: 'SUCCEEDED', Output: '{"n":6}' });
  });

  test('cannot be followed by startExecution.sync', async () => {
    const sync = calling('arn:aws:states:::states:startExecution.sync:2', {
      StateMachineArn: '${Express}',
      Input: { n: 3 },
    });
    const region = await openMachines({ Express: express, Parent: substituted(sync) });
    const { status, error, cause } = await execute(region, 'Parent', {});
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'StepFunctions.InvalidArnException' });
    expect(cause).toContain('Resource type not valid in this context: express');
  });
});

test('A Standard machine has no synchronous executions', async () => {
  const region = await openMachines({ Standard: stateMachine(DOUBLE) });
  await expect(runSync(region, 'Standard', { n: 1 })).rejects.toBeInstanceOf(StateMachineTypeNotSupported);
});

test('A role needs states:StartSyncExecution on the machine, whether by its own ARN or by its version', async () => {
  const Version = {
    Type: 'AWS::StepFunctions::StateMachineVersion',
    Properties: { StateMachineArn: { Ref: 'Express' } },
  };
  const Caller = role(['states:StartSyncExecution'], { Ref: 'Express' });
  const region = await openMachines({ Express: express, Version, Caller, Stranger: role(['states:StartExecution']) });
  const as = async (name: string) => {
    const arn = `arn:aws:iam::${region.accountId}:role/${region.outputs()[name]}`;
    const sfn = region.sdk(SFNClient, {}, { kind: 'role', arn });
    const input = new StartSyncExecutionCommand({ stateMachineArn: region.outputs()['Version'], input: '{"n":1}' });
    return (await sfn.send(input)).status;
  };
  expect(await as('Caller')).toBe('SUCCEEDED');
  await expect(as('Stranger')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

/** Lets a machine name the Express machine. */
function substituted(machine: object): object {
  const { Properties, ...rest } = machine as { Properties: { DefinitionSubstitutions: object } };
  const DefinitionSubstitutions = { ...Properties.DefinitionSubstitutions, Express: { Ref: 'Express' } };
  return { ...rest, Properties: { ...Properties, DefinitionSubstitutions } };
}
