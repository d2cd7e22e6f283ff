import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { createPerfectOrder } from '../../stacks/index.ts';
import { WITHOUT_CODE } from './synthesised.ts';

function planningStack(context: Readonly<Record<string, string | number>> = {}) {
  const outdir = mkdtempSync(join(tmpdir(), 'perfect-order-roads-'));
  const { app, stacks } = createPerfectOrder(WITHOUT_CODE, { outdir, context, builtinCloudFormationValidation: false });
  app.synth();
  const stack = stacks.find(({ node }) => node.id === 'Planning');
  if (stack === undefined) throw new Error('there is no planning stack');
  return stack;
}

/** Statements of the task's role and the variables of its container, as text. */
function taskOf(stack: ReturnType<typeof planningStack>): string {
  const template = Template.fromStack(stack);
  const tasks = template.findResources('AWS::ECS::TaskDefinition');
  const policies = template.findResources('AWS::IAM::Policy');
  const ofTask = Object.entries(policies).filter(([id]) => id.startsWith('PlannerTaskTaskRole'));
  expect(ofTask).toHaveLength(1);
  return JSON.stringify([tasks, ofTask]);
}

describe('the planner with a road file', () => {
  test('may read that one object, knows its address, and asks Amazon Location for nothing', () => {
    const stack = planningStack({ roads: 's3://maps/towns/one.roads' });
    const task = taskOf(stack);
    expect(task).toContain('{"Name":"ROADS_OBJECT","Value":"s3://maps/towns/one.roads"}');
    expect(task).toContain(
      '{"Action":"s3:GetObject","Effect":"Allow","Resource":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":s3:::maps/towns/one.roads"]]}}',
    );
    expect(task).not.toContain('geo-routes:CalculateRouteMatrix');
    expect(Annotations.fromStack(stack).findError('*', Match.stringLikeRegexp('AwsSolutions-.*'))).toEqual([]);
  });

  test('without one asks Amazon Location, and reads no object', () => {
    const task = taskOf(planningStack());
    expect(task).toContain('geo-routes:CalculateRouteMatrix');
    expect(task).not.toContain('s3:GetObject');
    expect(task).not.toContain('ROADS_OBJECT');
  });

  test.each(['maps/one.roads', 's3://maps', 's3://maps/*', 'https://maps/one.roads'])('refuses %s', (roads) => {
    expect(() => planningStack({ roads })).toThrow('s3://bucket/key');
  });
});

describe('the lifetime of ways that were paid for', () => {
  test.each(['14', 14])('is told to the planner (%p)', (matrixLifetimeDays) => {
    expect(taskOf(planningStack({ matrixLifetimeDays }))).toContain('{"Name":"MATRIX_LIFETIME_DAYS","Value":"14"}');
  });

  test('is the policy’s own unless given', () => {
    expect(taskOf(planningStack())).not.toContain('MATRIX_LIFETIME_DAYS');
  });

  test.each(['0', '366', '1.5', '-1', 'two weeks', ''])('is refused as %p', (matrixLifetimeDays) => {
    const told = `matrixLifetimeDays is ${JSON.stringify(matrixLifetimeDays)}: give whole days from 1 to 365`;
    expect(() => planningStack({ matrixLifetimeDays })).toThrow(told);
  });
});
