import { describe, expect, test } from '@jest/globals';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { synthesise } from './synthesised.ts';

/** Types of cdk-nag's findings; `CdkNagValidationFailure` is a rule that could not read a template. */
const FINDINGS = /AwsSolutions-|CdkNagValidationFailure/;

describe('the stacks under the AwsSolutions checks of cdk-nag', () => {
  const { stacks, resources } = synthesise();

  test.each(stacks.map((stack) => [stack.node.id, stack] as const))('%s has no unsuppressed finding', (_, stack) => {
    const annotations = Annotations.fromStack(stack);
    const found = [
      ...annotations.findError('*', Match.stringLikeRegexp('.*')),
      ...annotations.findWarning('*', Match.stringLikeRegexp('.*')),
    ];
    expect(found.map(({ id, entry }) => `${id}: ${entry.data}`)).toEqual([]);
  });

  test('every suppression says why, and names what it suppresses where the rule has several findings', () => {
    const suppressions = Object.entries(resources).flatMap(([id, resource]) =>
      (resource.Metadata?.cdk_nag?.rules_to_suppress ?? []).map((rule) => ({ resource: id, ...rule })),
    );
    expect(suppressions.length).toBeGreaterThan(20);
    expect(suppressions.filter(({ reason }) => reason.length < 40)).toEqual([]);
    expect(suppressions.filter(({ id, applies_to }) => id === 'AwsSolutions-IAM5' && applies_to === undefined)).toEqual(
      [],
    );
    expect(suppressions.filter(({ id }) => !FINDINGS.test(id))).toEqual([]);
  });
});
