/**
 * Reads the Resource of a Task: a Lambda function or an activity by its own ARN, or a service integration with its
 * pattern.
 */
import type { TaskPattern } from '../terms.ts';
import { isIntegration } from './integrations.ts';
import type { TaskTarget } from './model.ts';

const LAMBDA = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:.+$/;
const ACTIVITY = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:.+$/;
const INTEGRATION =
  /^arn:aws[a-z-]*:states:[a-z0-9-]*:(?:\d{12})?:(aws-sdk:[A-Za-z0-9]+|[a-z0-9-]+):([A-Za-z0-9]+)(\.[A-Za-z0-9:.]+)?$/;
const PATTERNS: Readonly<Record<string, TaskPattern>> = {
  '.sync': 'sync',
  '.sync:2': 'sync2',
  '.waitForTaskToken': 'waitForTaskToken',
};

/** undefined when the text is not the ARN of anything a Task can run. */
export function parseResource(resource: string): TaskTarget | undefined {
  if (LAMBDA.test(resource)) return ownArn(resource, 'lambda', 'lambdaArn');
  if (ACTIVITY.test(resource)) return ownArn(resource, 'activity', 'activity');
  const [, service, action, suffix] = INTEGRATION.exec(resource) ?? [];
  if (service === undefined || action === undefined) return undefined;
  const pattern = suffix === undefined ? 'requestResponse' : PATTERNS[suffix];
  if (pattern === undefined || !isIntegration(service, action, pattern)) return undefined;
  return Object.freeze({
    resource,
    service,
    action,
    pattern,
    eventResource: `${action}${suffix ?? ''}`,
    eventResourceType: service,
  });
}

function ownArn(resource: string, service: string, pattern: 'lambdaArn' | 'activity'): TaskTarget {
  return Object.freeze({ resource, service, action: '', pattern, eventResource: resource, eventResourceType: service });
}
