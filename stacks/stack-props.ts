/** What every stack above the foundation is built from. */
import type { StackProps } from 'aws-cdk-lib';
import type { Bundles } from './bundles.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface LayerProps extends StackProps {
  readonly foundation: FoundationStack;
  readonly bundles: Bundles;
}
