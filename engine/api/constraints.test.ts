import { describe, expect, test } from '@jest/globals';
import { checkRequest, type StructureShape } from './constraints.ts';

const SHAPE: StructureShape = {
  kind: 'structure',
  required: ['name'],
  members: {
    name: { kind: 'string', min: 1, max: 3, pattern: '^[a-z]+$' },
    secret: { kind: 'string', max: 2, secret: true },
    level: { kind: 'string', enum: ['LOW', 'HIGH'] },
    count: { kind: 'integer', min: 0, max: 10 },
    share: { kind: 'float', min: 0, max: 100 },
    on: { kind: 'boolean' },
    routes: {
      kind: 'list',
      min: 1,
      max: 1,
      of: {
        kind: 'structure',
        name: 'Route',
        required: ['to'],
        members: { to: { kind: 'string' }, weight: { kind: 'integer', max: 5 } },
      },
    },
  },
};

function refusal(input: object): { name: string; message: string } | undefined {
  try {
    checkRequest(SHAPE, input);
    return undefined;
  } catch (thrown) {
    return thrown as Error;
  }
}

describe('A request', () => {
  test('that fits its shape passes, with members that the shape does not name', () => {
    expect(refusal({ name: 'a', count: 0, share: 99.5, on: true, routes: [{ to: 'x' }], other: {} })).toBeUndefined();
  });

  test('with several faults hears of all of them, the client’s before the service’s', () => {
    expect(refusal({ count: -1, on: 'yes', routes: [{ to: null }], level: 'MIDDLE' })).toMatchObject({
      name: 'ParamValidationError',
      message: [
        'Parameter validation failed:',
        'Missing required parameter in input: "name"',
        'Invalid value for parameter count, value: -1, valid min value: 0',
        "Invalid type for parameter on, value: yes, type: <class 'str'>, valid types: <class 'bool'>",
        "Invalid type for parameter routes[0].to, value: None, type: <class 'NoneType'>, valid types: <class 'str'>",
      ].join('\n'),
    });
    expect(refusal({ name: 'a', count: 1.5 })?.message).toContain("type: <class 'float'>, valid types: <class 'int'>");
  });

  test('is held to upper bounds, enumerations and patterns in the words of the service', () => {
    expect(refusal({ name: 'ABCD', level: 'MIDDLE' })).toMatchObject({
      name: 'ValidationException',
      message:
        "2 validation errors detected: Value 'ABCD' at 'name' failed to satisfy constraint: Member must have length less than or equal to 3; " +
        "Value 'MIDDLE' at 'level' failed to satisfy constraint: Member must satisfy enum value set: [LOW, HIGH]",
    });
    expect(refusal({ name: 'A' })?.message).toContain('Member must satisfy regular expression pattern: ^[a-z]+$');
    expect(refusal({ name: 'a', share: 100.5 })?.message).toContain('Member must have value less than or equal to 100');
  });

  test('sees lists as the service writes them, and never a secret', () => {
    expect(refusal({ name: 'a', routes: [{ to: 'x', weight: 1 }, { to: 'y' }] })?.message).toBe(
      "1 validation error detected: Value '[Route(to=x, weight=1), Route(to=y, weight=null)]' at 'routes' failed to satisfy constraint: Member must have length less than or equal to 1",
    );
    expect(refusal({ name: 'a', routes: [{ to: 'x', weight: 6 }] })?.message).toContain(
      "Value '6' at 'routes.1.member.weight'",
    );
    expect(refusal({ name: 'a', secret: 'hush' })?.message).toMatch(/Value at 'secret'/);
  });
});
