/**
 * The templates' state machines, their versions and aliases, and activities. As on AWS a machine whose tasks wait for the
 * end of a job (`.sync`) is only created when its role may keep the EventBridge rule that tells of the end.
 */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import type { CreatedResource, ResourceContext, Service } from '../../service.ts';
import { definitionText } from './definition-text.ts';
import { toSdkShape } from './member-case.ts';

type Fields = Readonly<Record<string, unknown>>;
type CallEngine = (action: string, input: object) => Promise<unknown>;

/** The rule by which Step Functions hears of the end of each kind of job. */
const MANAGED_RULES: Readonly<Record<string, string>> = {
  'ecs:runTask': 'StepFunctionsGetEventsForECSTaskRule',
  'states:startExecution': 'StepFunctionsGetEventsForStepFunctionsExecutionRule',
};

const RULE_ACTIONS = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];

export function sfnResources(ports: CorePorts, call: CallEngine): Service['resources'] {
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
        'LoggingConfiguration',
        'TracingConfiguration',
        'EncryptionConfiguration',
        'Tags',
      ],
      inert: [],
      create: (context) => createStateMachine(ports, call, context),
    },
    'AWS::StepFunctions::StateMachineVersion': {
      properties: ['StateMachineArn', 'StateMachineRevisionId', 'Description'],
      inert: [],
      async create({ properties: { StateMachineArn, StateMachineRevisionId, Description } }) {
        const { stateMachineVersionArn } = (await call('PublishStateMachineVersion', {
          stateMachineArn: StateMachineArn,
          ...(StateMachineRevisionId !== undefined && { revisionId: StateMachineRevisionId }),
          ...(Description !== undefined && { description: Description }),
        })) as { stateMachineVersionArn: string };
        return { ref: stateMachineVersionArn, attributes: { Arn: stateMachineVersionArn } };
      },
    },
    'AWS::StepFunctions::StateMachineAlias': {
      properties: ['Name', 'Description', 'RoutingConfiguration'],
      inert: [],
      create: (context) => createAlias(call, context),
    },
    'AWS::StepFunctions::Activity': {
      properties: ['Name', 'Tags', 'EncryptionConfiguration'],
      inert: [],
      async create({ properties, generatedName }) {
        const { Tags, EncryptionConfiguration } = properties;
        const name = properties['Name'] === undefined ? generatedName(80) : String(properties['Name']);
        const { activityArn } = (await call('CreateActivity', {
          name,
          ...toSdkShape({ Tags, EncryptionConfiguration }),
        })) as { activityArn: string };
        return { ref: activityArn, attributes: { Arn: activityArn, Name: name } };
      },
    },
  };
}

async function createStateMachine(
  ports: CorePorts,
  call: CallEngine,
  context: ResourceContext,
): Promise<CreatedResource> {
  const { StateMachineName, StateMachineType, RoleArn } = context.properties;
  const { LoggingConfiguration, TracingConfiguration, EncryptionConfiguration, Tags } = context.properties;
  const name = StateMachineName === undefined ? context.generatedName(80) : String(StateMachineName);
  const definition = definitionText(context);
  const roleArn = String(RoleArn);
  checkManagedRules(ports, definition, roleArn);
  const { stateMachineArn } = (await call('CreateStateMachine', {
    name,
    definition,
    roleArn,
    ...(StateMachineType === undefined ? {} : { type: StateMachineType }),
    ...toSdkShape({ LoggingConfiguration, TracingConfiguration, EncryptionConfiguration, Tags }),
  })) as { stateMachineArn: string };
  return {
    ref: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: name, StateMachineRevisionId: 'INITIAL' },
  };
}

function checkManagedRules(
  { partition, region, accountId, authorize }: CorePorts,
  text: string,
  roleArn: string,
): void {
  for (const [, integration = ''] of text.matchAll(/:states:[a-z0-9-]*:\d*:([a-z]+:[A-Za-z]+)\.sync\b/g)) {
    const rule = MANAGED_RULES[integration];
    if (rule === undefined) continue;
    const resource = `arn:${partition}:events:${region}:${accountId}:rule/${rule}`;
    try {
      authorize(
        { kind: 'role', arn: roleArn },
        RULE_ACTIONS.map((action) => ({ action, resource })),
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const cause = `'${roleArn}' is not authorized to create managed-rule. ${error.message}`;
      throw new AwsError('AccessDeniedException', cause);
    }
  }
}

async function createAlias(call: CallEngine, { properties, generatedName }: ResourceContext): Promise<CreatedResource> {
  const { Name, Description, RoutingConfiguration } = properties;
  const routes = (RoutingConfiguration ?? []) as readonly Fields[];
  const { stateMachineAliasArn } = (await call('CreateStateMachineAlias', {
    name: Name === undefined ? generatedName(80) : String(Name),
    ...(Description !== undefined && { description: Description }),
    routingConfiguration: routes.map(({ StateMachineVersionArn, Weight }) => ({
      stateMachineVersionArn: StateMachineVersionArn,
      weight: Number(Weight),
    })),
  })) as { stateMachineAliasArn: string };
  return { ref: stateMachineAliasArn, attributes: { Arn: stateMachineAliasArn } };
}
