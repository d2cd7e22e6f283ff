/** Amazon ECS on Fargate: one-shot tasks whose image is a Node bundle of the assembly, run in a sandbox. */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import type { Permission, Service } from '../../service.ts';
import { parseTaskDefinition, type TaskDefinition } from './task-definition.ts';
import { type ContainerOverride, describeTask, TaskStore } from './tasks.ts';

interface RunTaskInput {
  readonly cluster?: string;
  readonly taskDefinition: string;
  readonly count?: number;
  readonly overrides?: { readonly containerOverrides?: readonly ContainerOverride[] };
}

interface TasksInput {
  readonly cluster?: string;
  readonly tasks?: readonly string[];
  readonly task?: string;
  readonly reason?: string;
}

export function createEcs(ports: CorePorts): Service {
  const definitions = new Map<string, TaskDefinition>();
  const tasks = new TaskStore(ports);
  const arn = (resource: string): string => `arn:${ports.partition}:ecs:${ports.region}:${ports.accountId}:${resource}`;
  const clusterArn = (cluster = 'default'): string =>
    cluster.startsWith('arn:') ? cluster : arn(`cluster/${cluster}`);

  /** By ARN, family or `family:revision`; each family has one revision. */
  const definitionOf = (id: string): TaskDefinition => {
    const family = (id.split('/').at(-1) ?? id).split(':')[0] ?? id;
    const definition = definitions.get(family);
    if (definition !== undefined) return definition;
    throw new AwsError('ClientException', 'Unable to describe task definition.');
  };
  const runTask = (input: RunTaskInput): object => {
    const definition = definitionOf(input.taskDefinition);
    const overrides = input.overrides?.containerOverrides ?? [];
    const started = Array.from({ length: input.count ?? 1 }, () =>
      tasks.start(clusterArn(input.cluster), definition, overrides),
    );
    return { tasks: started.map(describeTask), failures: [] };
  };
  const runPermissions = ({ taskDefinition }: RunTaskInput): readonly Permission[] => {
    const definition = definitionOf(taskDefinition);
    const passed = [definition.taskRoleArn, definition.executionRoleArn].filter((role) => role !== '');
    return [
      { action: 'ecs:RunTask', resource: definition.arn },
      ...passed.map((resource) => ({
        action: 'iam:PassRole',
        resource,
        conditions: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
      })),
    ];
  };
  return {
    name: 'ecs',
    operations: {
      RunTask: runTask,
      DescribeTasks: ({ tasks: ids = [] }: TasksInput) => ({
        tasks: ids.map((id) => describeTask(tasks.get(id))),
        failures: [],
      }),
      StopTask: ({ task: id = '', reason = 'Task stopped by user' }: TasksInput) => {
        const task = tasks.get(id);
        tasks.stop(task, reason);
        return { task: describeTask(task) };
      },
    },
    permissions: { RunTask: runPermissions },
    resources: {
      'AWS::ECS::Cluster': {
        properties: ['ClusterName'],
        inert: ['ClusterSettings', 'Configuration', 'CapacityProviders', 'DefaultCapacityProviderStrategy', 'Tags'],
        create({ properties, generatedName }) {
          const name = properties['ClusterName'] === undefined ? generatedName(255) : String(properties['ClusterName']);
          return { ref: name, attributes: { Arn: clusterArn(name) } };
        },
      },
      'AWS::ECS::ClusterCapacityProviderAssociations': {
        properties: [],
        inert: ['Cluster', 'CapacityProviders', 'DefaultCapacityProviderStrategy'],
        create: ({ properties }) => ({ ref: String(properties['Cluster']), attributes: {} }),
      },
      'AWS::ECS::TaskDefinition': {
        properties: ['Family', 'TaskRoleArn', 'ExecutionRoleArn', 'Cpu', 'Memory', 'ContainerDefinitions'],
        inert: ['NetworkMode', 'RequiresCompatibilities', 'RuntimePlatform', 'EphemeralStorage', 'Tags', 'Volumes'],
        create(context) {
          const definition = parseTaskDefinition(context, (family) => arn(`task-definition/${family}:1`));
          definitions.set(definition.family, definition);
          return { ref: definition.arn, attributes: { TaskDefinitionArn: definition.arn } };
        },
      },
    },
  };
}
