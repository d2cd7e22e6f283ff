/** Amazon ECS on Fargate: one-shot tasks whose image is a Node bundle of the assembly, run in a sandbox. */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { Permission, Service } from '../../service.ts';
import { parseTaskDefinition, type TaskDefinition } from './task-definition.ts';
import { describeTask, type TaskOverride, TaskStore } from './tasks.ts';

interface RunTaskInput {
  readonly cluster?: string;
  readonly taskDefinition: string;
  readonly count?: number;
  readonly overrides?: TaskOverride;
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
    refuseUnknownOverrides(input.overrides ?? {});
    const started = Array.from({ length: input.count ?? 1 }, () =>
      tasks.start(clusterArn(input.cluster), definition, input.overrides ?? {}),
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

const OVERRIDES: readonly string[] = ['cpu', 'memory', 'containerOverrides'];

/** An override that is accepted and ignored would be a task of another kind than was asked for. */
function refuseUnknownOverrides(overrides: object): void {
  const unknown = Object.entries(overrides).find(([name, value]) => value !== undefined && !OVERRIDES.includes(name));
  if (unknown === undefined) return;
  throw new UnknownToRegionError(`override ${unknown[0]}`, 'ecs:RunTask', `use ${OVERRIDES.join(', ')}`);
}
