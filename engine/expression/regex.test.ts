import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchRegex } from './regex-match.ts';

const free = (): void => undefined;
const ours = (pattern: RegExp, text: string) => {
  const match = matchRegex(pattern, text, 0, free);
  return match === null ? null : { index: match.index, groups: [...match] };
};
const native = (pattern: RegExp, text: string) => {
  const match = pattern.exec(text);
  return match === null ? null : { index: match.index, groups: [...match] };
};

/** Patterns over a few characters; the body of a loop always takes one, which is where the two may differ. */
const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '\\s', '\\u0061', 'C');
const tail = fc.constantFrom('', '*', '+', '?', '{2}', '{1,2}', '{0,2}', '{1,}', '*?', '+?', '??', '{1,2}?');
const { pattern } = fc.letrec<{ pattern: string; term: string }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3 },
    fc.tuple(atom, tail).map(([of, times]) => of + times),
    fc.constantFrom('^', '$', '\\b', '\\B'),
    fc
      .tuple(atom, tie('pattern'), fc.constantFrom('(', '(?:'), tail)
      .map(([one, of, open, times]) => `${open}${one}(?:${of}))${times}`),
    fc.tuple(tie('pattern'), fc.constantFrom('(?=', '(?!')).map(([of, open]) => `${open}${of})`),
  ),
  pattern: fc.oneof(
    { maxDepth: 3 },
    fc.array(tie('term'), { minLength: 1, maxLength: 3 }).map((terms) => terms.join('')),
    fc.tuple(tie('term'), tie('term')).map(([left, right]) => `${left}|${right}`),
  ),
}));

describe('The matcher of regular expressions', () => {
  test.each([
    [/(a+)(b*)/, 'xaabb'],
    [/(?:(a)|b)*/, 'ab'],
    [/^(\d{4})-(\d\d)$/m, 'x\n2026-01\ny'],
    [/colou?r/i, 'COLOR'],
    [/[\w.-]+@[\w-]+\.[a-z]{2,}/, 'mail to a.b@c-d.org, please'],
    [/x(?!y)(?=(z))/, 'xy xz'],
    [/[^\]\-a]+/, 'a]-bc'],
    [/a{,2}/, 'a{,2}'],
    [/(?<year>\d+)/, 'in 2026'],
    [/\bé/, 'caf é'],
  ])('finds what JavaScript finds: %s', (regexp, text) => {
    expect(ours(regexp, text)).toEqual(native(regexp, text));
  });

  test('agrees with JavaScript on patterns at random, groups included', () => {
    const run = fc.check(
      fc.property(
        pattern,
        fc.constantFrom('', 'i', 'm', 's'),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'C', '1', ' ', '\n'), maxLength: 12 }),
        (source, flags, text) => {
          const regexp = new RegExp(source, flags);
          expect(ours(regexp, text)).toEqual(native(regexp, text));
        },
      ),
      { numRuns: 4_000 },
    );
    expect(run.failed ? fc.defaultReportMessage(run) : 'agrees').toBe('agrees');
  });

  test.each([/(a+)+$/, /(a|aa)+$/, /(a*)*b/, /^(([a-z])+.)+[A-Z]([a-z])+$/])(
    '%s takes steps in proportion to the text',
    (regexp) => {
      const stepsFor = (length: number): number => {
        let steps = 0;
        matchRegex(new RegExp(`^${regexp.source}`), `${'a'.repeat(length)}!`, 0, (more) => {
          steps += more;
        });
        return steps;
      };
      expect(stepsFor(4_000)).toBeLessThan(stepsFor(2_000) * 2.1);
    },
  );

  test.each([
    [/(a)\1/, 'back reference'],
    [/(?<=a)b/, 'lookbehind'],
    [/a{5000}/, 'shorten it'],
  ])('refuses %s by name', (regexp, reason) => {
    expect(() => matchRegex(regexp, 'aab', 0, free)).toThrow(reason);
  });
});
