import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { renderDefinitions } from '../../stacks/index.ts';
import { synthesise } from './synthesised.ts';

const rendered = renderDefinitions(synthesise());

describe('the rendered definitions', () => {
  test('are those of the three workflows, and of the order that is resumed', () => {
    expect([...rendered.keys()].sort()).toEqual([
      'order-lifecycle',
      'order-replay',
      'route-dispatch',
      'route-planning',
    ]);
  });

  test.each([...rendered])('%s is a valid definition', (_, text) => {
    const { errors } = validate(JSON.parse(text), { checkArn: true, checkPaths: true });
    expect(errors).toEqual([]);
  });

  test('name resources where an account has ARNs, and nothing that only the CDK understands', () => {
    const text = [...rendered.values()].join('');
    expect(text).toContain('"${AwaitSignalFunctionArn}"');
    expect(text).toContain('${RouteRequestsQueue');
    expect(text).not.toMatch(/Token\[|Fn::|AWS::/);
  });

  test('are the same when rendered again', () => {
    expect([...renderDefinitions(synthesise())]).toEqual([...rendered]);
  });
});
