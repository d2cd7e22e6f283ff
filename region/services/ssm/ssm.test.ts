import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Permission, Service } from '../../service.ts';
import { fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createSsm } from './index.ts';

let ssm: Service;
const make = (name: string, rest: Record<string, unknown> = {}) =>
  ssm.resources['AWS::SSM::Parameter']?.create(
    fakeResource(`Parameter${name}`, { Name: name, Type: 'String', Value: `value of ${name}`, ...rest }),
  );

beforeEach(() => {
  ssm = createSsm(fakePorts());
});

describe('the parameter store', () => {
  test('gives a parameter back by its name and by its ARN', async () => {
    expect(make('/app/outputs')).toMatchObject({ ref: '/app/outputs', attributes: { Value: 'value of /app/outputs' } });
    const { Parameter } = await invoke<{ Parameter: { ARN: string } }>(ssm, 'GetParameter', { Name: '/app/outputs' });
    expect(Parameter).toMatchObject({
      Name: '/app/outputs',
      Type: 'String',
      Value: 'value of /app/outputs',
      Version: 1,
    });
    expect(Parameter.ARN).toMatch(/:parameter\/app\/outputs$/);
    expect(await invoke(ssm, 'GetParameter', { Name: Parameter.ARN, WithDecryption: true })).toEqual({ Parameter });
  });

  test('says which parameters it does not have', async () => {
    make('/app/a');
    await expect(invoke(ssm, 'GetParameter', { Name: '/app/b' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
    expect(await invoke(ssm, 'GetParameters', { Names: ['/app/a', '/app/b'] })).toMatchObject({
      Parameters: [{ Name: '/app/a' }],
      InvalidParameters: ['/app/b'],
    });
  });

  test('pages what lies under a path, and looks deeper when it is told to', async () => {
    for (const name of ['/app/b', '/app/a', '/app/deep/c', '/apple']) make(name);
    const names = async (input: object) => {
      const { Parameters, NextToken } = await invoke<{ Parameters: { Name: string }[]; NextToken?: string }>(
        ssm,
        'GetParametersByPath',
        { Path: '/app', ...input },
      );
      return [Parameters.map(({ Name }) => Name), NextToken];
    };
    expect(await names({})).toEqual([['/app/a', '/app/b'], undefined]);
    expect(await names({ Recursive: true, MaxResults: 2 })).toEqual([['/app/a', '/app/b'], '2']);
    expect(await names({ Recursive: true, MaxResults: 2, NextToken: '2' })).toEqual([['/app/deep/c'], undefined]);
  });

  test('is asked for permission on the parameter', () => {
    const permissions = ssm.permissions['GetParameter']?.({ Name: '/app/a' } as never) as Permission[];
    expect(permissions).toEqual([
      { action: 'ssm:GetParameter', resource: expect.stringMatching(/^arn:aws:ssm:.*:parameter\/app\/a$/) },
    ]);
  });

  test.each([
    [{ Type: 'SecureString' }, 'Type SecureString'],
    [{ Value: 'x'.repeat(4_097) }, 'Value of 4097 characters'],
    [{ Value: 'x'.repeat(8_193), Tier: 'Intelligent-Tiering' }, 'Value of 8193 characters'],
    [{ Tier: 'Cheap' }, 'Tier Cheap'],
    [{ AllowedPattern: '^\\d+$' }, 'AllowedPattern'],
    [{ DataType: 'aws:ec2:image' }, 'DataType'],
  ])('refuses a parameter with %j by name', (rest, message) => {
    expect(() => make('/app/x', rest)).toThrow(message);
  });

  test('refuses a member that would have no effect', async () => {
    make('/app/a');
    await expect(invoke(ssm, 'GetParametersByPath', { Path: '/app', ParameterFilters: [] })).rejects.toThrow(
      'ParameterFilters',
    );
  });
});
