/** The services that every region has, in the order in which they are created and started. */
import type { CorePorts } from './core-ports.ts';
import type { Service } from './service.ts';
import { createDynamoDb } from './services/dynamodb/index.ts';
import { createEventBridge } from './services/eventbridge/index.ts';
import { createLambda } from './services/lambda/index.ts';
import { createEcs } from './services/ecs/index.ts';
import { createPipes } from './services/pipes/index.ts';
import { createStepFunctions } from './services/sfn/index.ts';

export const CATALOG: readonly (readonly [name: string, create: (ports: CorePorts) => Service])[] = [
  ['dynamodb', createDynamoDb],
  ['eventbridge', createEventBridge],
  ['lambda', createLambda],
  ['ecs', createEcs],
  ['sfn', createStepFunctions],
  ['pipes', createPipes],
];
