import { describe, expect, test } from '@jest/globals';
import { openRegion, type Region } from '../index.ts';
import { type FixtureStack, writeAssembly } from '../testing/assembly-fixture.ts';

const clock = { mode: 'manual', startAt: '2026-03-02T08:00:00Z' } as const;

const open = (stacks: Readonly<Record<string, FixtureStack>>): Promise<Region> =>
  openRegion({ assembly: writeAssembly({ stacks }), clock, seed: 1 });

const queue = { Type: 'AWS::SQS::Queue' };

/** One stack whose single output is the value. */
async function resolved(value: unknown, more: Partial<FixtureStack> = {}): Promise<string | undefined> {
  const region = await open({ App: { Resources: { Queue: queue }, Outputs: { Value: { Value: value } }, ...more } });
  return region.outputs('App')['Value'];
}

describe('a cloud assembly', () => {
  test('is created across stacks in the order of its references', async () => {
    const region = await open({
      Second: {
        Resources: {
          Copy: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::ImportValue': 'First:Arn' } } },
        },
        Outputs: { Name: { Value: { Ref: 'Copy' } } },
      },
      First: {
        Resources: { Queue: queue },
        Outputs: {
          Arn: { Value: { 'Fn::GetAtt': ['Queue', 'Arn'] }, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Arn' } } },
        },
      },
    });
    expect(region.outputs('Second')['Name']).toMatch(/^arn:aws:sqs:us-east-1:123456789012:First-Queue-/);
    expect(region.resources.map(({ logicalId }) => logicalId)).toEqual(['Queue', 'Copy']);
  });

  test.each([
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-us-east-1'],
    [{ 'Fn::Sub': ['${x}/${AWS::AccountId}/${!kept}', { x: 'y' }] }, 'y/123456789012/${kept}'],
    [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [{ 'Fn::Select': [1, { 'Fn::GetAZs': '' }] }, 'us-east-1b'],
    [{ 'Fn::Base64': 'hi' }, 'aGk='],
    [{ 'Fn::Select': [1, { 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }] }, '10.0.1.0/24'],
    [{ 'Fn::If': ['IsEast', 'yes', 'no'] }, 'yes'],
    [{ 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'count'] }, '2'],
  ])('resolves %j', async (value, expected) => {
    const more = {
      Conditions: {
        IsEast: {
          'Fn::And': [
            { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
            { 'Fn::Not': [{ 'Fn::Equals': ['a', 'b'] }] },
          ],
        },
      },
      Parameters: { Stage: { Type: 'String', Default: 'test' } },
      Mappings: { Sizes: { test: { count: 2 } } },
    };
    expect(await resolved(value, more)).toBe(expected);
  });

  test('is refused with every type and property that the region does not know', async () => {
    const opening = open({
      App: {
        Resources: {
          Pool: { Type: 'AWS::EKS::Cluster' },
          Odd: { Type: 'AWS::SQS::Queue', Properties: { Colour: 'blue' } },
        },
      },
    });
    await expect(opening).rejects.toThrow(
      /App\/Pool: resource type AWS::EKS::Cluster; App\/Odd: property Colour of AWS::SQS::Queue/,
    );
  });

  test('is refused with the cycle that its resources form', async () => {
    const named = (other: string): object => ({
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: { Ref: other } },
    });
    await expect(open({ App: { Resources: { A: named('B'), B: named('A') } } })).rejects.toThrow(
      'App/A -> App/B -> App/A',
    );
  });

  test('is refused when it refers to what no stack has', async () => {
    await expect(resolved({ 'Fn::GetAtt': ['Queue', 'Colour'] })).rejects.toThrow(
      /attribute Colour of Queue \(AWS::SQS::Queue\)/,
    );
    await expect(resolved({ 'Fn::ImportValue': 'Nowhere' })).rejects.toThrow(/export Nowhere \(App\/Outputs\)/);
    await expect(resolved({ 'Fn::Transform': {} })).rejects.toThrow(/intrinsic function Fn::Transform/);
  });

  test('leaves out resources whose condition does not hold', async () => {
    const region = await open({
      App: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { Queue: { ...queue, Condition: 'Never' } },
      },
    });
    expect(region.resources).toEqual([]);
  });
});
