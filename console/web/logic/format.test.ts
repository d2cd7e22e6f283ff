import { describe, expect, test } from '@jest/globals';
import { causeText, clockText, isoFromField, shareText, shortId, spanText } from './format.ts';

describe('texts', () => {
  test.each([
    [0, '0 s'],
    [0.25, '250 ms'],
    [59.4, '59 s'],
    [60, '1 min'],
    [599, '9 min 59 s'],
    [3599, '59 min'],
    [11_520, '3 h 12 min'],
    [90_000, '1 d 1 h'],
    [-90, '−1 min 30 s'],
  ])('a span of %d s reads %s', (seconds, expected) => {
    expect(spanText(seconds)).toBe(expected);
  });

  test('a share that misses perfection does not read 100 %', () => {
    expect(shareText(0.99996)).toBe('99.9 %');
    expect(shareText(1)).toBe('100 %');
    expect(shareText(0.984)).toBe('98.4 %');
    expect(shareText(null)).toBe('–');
  });

  test('a time of another day says its day', () => {
    expect(clockText('2018-07-20T16:36:57.690Z', '2018-07-20T20:00:00.000Z')).toBe('16:36:57');
    expect(clockText('2018-07-19T16:36:57.690Z', '2018-07-20T20:00:00.000Z')).toBe('07-19 16:36');
  });

  test('an id is cut only where it stays recognisable', () => {
    expect(shortId('3195d793-d505-4c73-933a-ec31ae64fe1f')).toBe('3195d793');
    expect(shortId('DLA9-2018-07-20')).toBe('DLA9-2018-07-20');
    expect(shortId('DLA9-2018-07-20-20180720T1423-r1')).toBe('DLA9-2018-…0T1423-r1');
  });

  test('a cause is the message alone where Lambda wrapped it, and whole where not', () => {
    expect(causeText('{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out"}')).toBe('Task timed out');
    expect(causeText('{"reason":"none"}')).toBe('{"reason":"none"}');
    expect(causeText('null')).toBe('null');
    expect(causeText('the driver refused')).toBe('the driver refused');
  });

  test('a date field is read as UTC', () => {
    expect(isoFromField('2018-07-20T10:38')).toBe('2018-07-20T10:38:00.000Z');
    expect(isoFromField('soon')).toBeUndefined();
  });
});
