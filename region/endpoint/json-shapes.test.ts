import { describe, expect, test } from '@jest/globals';
import { JSON_SERVICES, type JsonService } from './json-services.ts';
import { parseRequest, SerializationError, toSdkInput, toWireValue } from './json-shapes.ts';

function service(prefix: string): JsonService {
  const found = JSON_SERVICES[prefix];
  if (found === undefined) throw new Error(`no service ${prefix}`);
  return found;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('requests and answers on the wire', () => {
  test('times go as seconds and come as dates', () => {
    const sdk = toSdkInput(service('AWSEvents'), { Entries: [{ Time: 1772438400.5, Source: 's' }] });
    expect(sdk).toEqual({ Entries: [{ Time: new Date('2026-03-02T08:00:00.500Z'), Source: 's' }] });
    expect(toWireValue(sdk)).toEqual({ Entries: [{ Time: 1772438400.5, Source: 's' }] });
  });

  test('an attribute that is named as a type of bytes is left alone', () => {
    const request = { Item: { B: { S: 'text' }, BS: { L: [{ B: 'AP8=' }] } } };
    const sdk = toSdkInput(service('DynamoDB_20120810'), request);
    expect(sdk).toEqual({ Item: { B: { S: 'text' }, BS: { L: [{ B: new Uint8Array([0, 255]) }] } } });
    expect(toWireValue(sdk)).toEqual(request);
  });

  test('a member that is null is absent', () => {
    expect(toSdkInput(service('AWSStepFunctions'), { name: null, tags: [{ key: 'k', value: null }] })).toEqual({
      tags: [{ key: 'k' }],
    });
  });

  test('brackets in text are no depth, and 500 levels are allowed', () => {
    expect(parseRequest(text(`{"a":"${'['.repeat(1000)}\\"${'{'.repeat(1000)}"}`))).toHaveProperty('a');
    const nested = (levels: number): Uint8Array => text(`{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`);
    expect(parseRequest(nested(500))).toHaveProperty('a');
    expect(() => parseRequest(nested(501))).toThrow(SerializationError);
  });
});
