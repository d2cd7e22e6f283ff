/** AWS Step Functions: state machines of the templates in the embedded engine, with their integrations to the region. */
import { ACTION_NAMES } from '../../../engine/index.ts';
import type { CorePorts } from '../../core-ports.ts';
import type { Delivery, Operation, Service } from '../../service.ts';
import { definitionText } from './definition-text.ts';
import { EngineHost } from './engine-host.ts';
import { sfnPermissions } from './permissions.ts';

const ACTIVITY_POLL_MS = 60_000;
const ACTIVITY_POLL_STEP_MS = 1000;

export function createStepFunctions(ports: CorePorts): Service {
  const host = new EngineHost(ports);
  const operations: Record<string, Operation> = Object.fromEntries(
    ACTION_NAMES.map((action) => [action, (input: object) => host.call(action, input)]),
  );
  return {
    name: 'sfn',
    operations: { ...operations, GetActivityTask: (input: object) => pollActivity(ports, host, input) },
    permissions: sfnPermissions((taskToken) => host.machineOfToken(taskToken)),
    resources: resources(host),
    delivers: ['states'],
    deliver: (delivery) => startFor(ports, host, delivery),
  };
}

function resources(host: EngineHost): Service['resources'] {
  return {
    'AWS::StepFunctions::StateMachine': {
      properties: [
        'StateMachineName',
        'StateMachineType',
        'RoleArn',
        'DefinitionString',
        'Definition',
        'DefinitionS3Location',
        'DefinitionSubstitutions',
      ],
      inert: ['LoggingConfiguration', 'TracingConfiguration', 'EncryptionConfiguration', 'Tags'],
      async create(context) {
        const { StateMachineName, StateMachineType, RoleArn } = context.properties;
        const name = StateMachineName === undefined ? context.generatedName(80) : String(StateMachineName);
        const { stateMachineArn } = (await host.call('CreateStateMachine', {
          name,
          definition: definitionText(context),
          roleArn: String(RoleArn),
          ...(StateMachineType === undefined ? {} : { type: StateMachineType }),
        })) as { stateMachineArn: string };
        return {
          ref: stateMachineArn,
          attributes: { Arn: stateMachineArn, Name: name, StateMachineRevisionId: 'INITIAL' },
        };
      },
    },
    'AWS::StepFunctions::Activity': {
      properties: ['Name'],
      inert: ['Tags', 'EncryptionConfiguration'],
      async create({ properties, generatedName }) {
        const name = properties['Name'] === undefined ? generatedName(80) : String(properties['Name']);
        const { activityArn } = (await host.call('CreateActivity', { name })) as { activityArn: string };
        return { ref: activityArn, attributes: { Arn: activityArn, Name: name } };
      },
    },
  };
}

/** A rule, schedule or pipe starts an execution with its event as the input; Step Functions names the execution. */
async function startFor(ports: CorePorts, host: EngineHost, delivery: Delivery): Promise<void> {
  const stateMachineArn = delivery.targetArn;
  ports.authorize(delivery.principal, [{ action: 'states:StartExecution', resource: stateMachineArn }]);
  await host.call('StartExecution', { stateMachineArn, input: JSON.stringify(delivery.payload ?? {}) });
}

/** Long polling: asks again until a task is there or a minute has passed. */
async function pollActivity(ports: CorePorts, host: EngineHost, input: object): Promise<unknown> {
  const endMs = ports.clock.now() + ACTIVITY_POLL_MS;
  for (;;) {
    const answer = (await host.call('GetActivityTask', input)) as { taskToken?: string };
    if (answer.taskToken !== undefined || ports.clock.now() >= endMs) return answer;
    await new Promise<void>((resolve) => {
      ports.clock.at(Math.min(endMs, ports.clock.now() + ACTIVITY_POLL_STEP_MS), resolve);
    });
  }
}
