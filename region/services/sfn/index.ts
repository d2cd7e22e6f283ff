/** AWS Step Functions: state machines of the templates in the embedded engine, with their integrations to the region. */
import { ACTION_NAMES } from '../../../engine/index.ts';
import type { CorePorts } from '../../core-ports.ts';
import type { Delivery, Operation, Service } from '../../service.ts';
import { ActivityPolls, type PollInput } from './activity-polls.ts';
import { EngineHost, type StepFunctionsSettings } from './engine-host.ts';
import { machinePermission, sfnPermissions } from './permissions.ts';
import { sfnResources } from './resources.ts';
import { withTestCase } from './test-case-arn.ts';

interface StepFunctions extends Service {
  close(): Promise<void>;
}

/** @throws JournalError for a journal that cannot be read */
export function createStepFunctions(ports: CorePorts, settings: StepFunctionsSettings = {}): StepFunctions {
  const host = new EngineHost(ports, settings);
  const start = (action: string) => (input: object) => host.call(action, withTestCase(input, settings.checkTestCase));
  const polls = new ActivityPolls(ports.clock, (input) => host.call('GetActivityTask', input));
  host.onActivityTask = (activityArn) => polls.wake(activityArn);
  const operations: Record<string, Operation> = Object.fromEntries(
    ACTION_NAMES.map((action) => [action, (input: object) => host.call(action, input)]),
  );
  return {
    name: 'sfn',
    operations: {
      ...operations,
      StartExecution: start('StartExecution'),
      StartSyncExecution: start('StartSyncExecution'),
      GetActivityTask: (input: PollInput) => polls.poll(input),
      // Of the endpoint, when a worker's connection ends.
      _AbandonActivityPoll: (input: PollInput) => polls.abandon(input),
    },
    permissions: sfnPermissions(ports, (taskToken) => host.ownerOfToken(taskToken)),
    resources: sfnResources(ports, (action, input) => host.call(action, input)),
    delivers: ['states'],
    deliver: (delivery) => startFor(ports, host, delivery),
    start: () => host.resume(),
    close: () => host.close(),
  };
}

/** A rule, schedule or pipe starts an execution with its event as the input; Step Functions names the execution. */
async function startFor(ports: CorePorts, host: EngineHost, delivery: Delivery): Promise<void> {
  const stateMachineArn = delivery.targetArn;
  ports.authorize(delivery.principal, [machinePermission('states:StartExecution', stateMachineArn)]);
  await host.call('StartExecution', { stateMachineArn, input: JSON.stringify(delivery.payload ?? {}) });
}
