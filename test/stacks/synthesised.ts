/** The app as the tests of the stacks look at it: synthesised once, with empty functions in the place of bundles. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type Bundles, createPerfectOrder, type PerfectOrderApp } from '../../stacks/index.ts';

export const WITHOUT_CODE: Bundles = {
  codeOf: () => Code.fromInline('exports.handler = async () => {};'),
  plannerFolder: fileURLToPath(new URL('../../stacks/planner', import.meta.url)),
};

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are read as the free-form JSON that they are
  readonly Properties: any;
  readonly Metadata?: {
    readonly cdk_nag?: {
      readonly rules_to_suppress: readonly {
        readonly id: string;
        readonly reason: string;
        readonly applies_to?: readonly unknown[];
      }[];
    };
  };
}

export interface Synthesised extends PerfectOrderApp {
  /** Every resource of every stack, by `<stack>.<logical id>`. */
  readonly resources: Readonly<Record<string, Resource>>;
}

let synthesised: Synthesised | undefined;

export function synthesise(): Synthesised {
  if (synthesised === undefined) {
    const built = createPerfectOrder(WITHOUT_CODE, {
      outdir: mkdtempSync(join(tmpdir(), 'perfect-order-')),
      builtinCloudFormationValidation: false,
    });
    built.app.synth();
    const resources = Object.fromEntries(
      built.stacks.flatMap((stack) =>
        Object.entries(Template.fromStack(stack).toJSON()['Resources'] as Record<string, Resource>).map(
          ([logicalId, resource]) => [`${stack.node.id}.${logicalId}`, resource] as const,
        ),
      ),
    );
    synthesised = { ...built, resources };
  }
  return synthesised;
}
