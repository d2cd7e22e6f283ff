/** Reads Retry and Catch of a state. */
import { isObject, type JsonValue } from '../json.ts';
import type { Catcher, Retrier } from './model.ts';
import type { FieldReader } from './parser.ts';

const RETRY_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const MAX_INTERVAL_SECONDS = 99_999_999;
const MAX_ATTEMPTS = 99_999_999;
const MAX_DELAY_SECONDS = 31_622_400;

export function parseRetry(reader: FieldReader): readonly Retrier[] {
  const list = reader.objects('Retry');
  return list.map((fields, index) => {
    const inner = reader.inner(fields, `Retry[${index}]`);
    for (const field of Object.keys(fields)) {
      if (!RETRY_FIELDS.includes(field)) inner.fault(field, `Field '${field}' is not supported`);
    }
    const maxDelaySeconds = inner.number('MaxDelaySeconds', 1, MAX_DELAY_SECONDS);
    const jitter = inner.string('JitterStrategy');
    if (jitter !== undefined && jitter !== 'FULL' && jitter !== 'NONE') {
      inner.fault('JitterStrategy', `Expected one of [FULL, NONE], got '${jitter}'`);
    }
    return Object.freeze({
      errorEquals: errorEquals(inner, index === list.length - 1),
      intervalSeconds: inner.number('IntervalSeconds', 1, MAX_INTERVAL_SECONDS) ?? 1,
      maxAttempts: inner.number('MaxAttempts', 0, MAX_ATTEMPTS) ?? 3,
      backoffRate: inner.number('BackoffRate', 1) ?? 2,
      ...(maxDelaySeconds !== undefined && { maxDelaySeconds }),
      fullJitter: jitter === 'FULL',
    });
  });
}

export function parseCatch(reader: FieldReader): readonly Catcher[] {
  const list = reader.objects('Catch');
  return list.map((fields, index) => {
    const inner = reader.inner(fields, `Catch[${index}]`);
    const output = reader.language === 'JSONata' ? inner.jsonata('Output', 'any', `Catch[${index}]/Output`) : undefined;
    const resultPath = reader.language === 'JSONPath' ? inner.resultPath() : undefined;
    const assign = inner.assign();
    return Object.freeze({
      errorEquals: errorEquals(inner, index === list.length - 1),
      next: inner.requiredString('Next'),
      ...(output && { output }),
      ...(resultPath !== undefined && { resultPath }),
      ...(assign && { assign }),
    });
  });
}

/** `States.ALL` stands alone and in the last entry. */
function errorEquals(reader: FieldReader, isLast: boolean): readonly string[] {
  const value: JsonValue | undefined = reader.fields['ErrorEquals'];
  if (
    !Array.isArray(value) ||
    value.length === 0 ||
    isObject(value) ||
    !value.every((item) => typeof item === 'string')
  ) {
    reader.fault('ErrorEquals', 'Expected a non-empty array of error names');
    return [];
  }
  if (value.includes('States.ALL') && (value.length > 1 || !isLast)) {
    reader.fault('ErrorEquals', 'States.ALL must appear alone, and only in the last Retrier or Catcher');
  }
  return value;
}
