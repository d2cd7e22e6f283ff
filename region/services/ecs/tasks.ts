/** Tasks of the clusters: started by `RunTask`, pending for as long as Fargate takes, run, stopped. */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import { ContainerRunner } from './container-run.ts';
import { type FargateSize, fargateSize } from './fargate-size.ts';
import { type ContainerDefinition, programOf, type TaskDefinition } from './task-definition.ts';

/** From RunTask to a running container: network interface, image pull, start. Measured cold starts centre on 35 s. */
export const FARGATE_START_MS = 35_000;
/** Fargate bills at least one minute. */
const BILLED_MIN_SECONDS = 60;

export interface ContainerOverride {
  readonly name?: string;
  readonly command?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
}

/** What a task is started with in the place of what its definition says. */
export interface TaskOverride {
  readonly cpu?: string;
  readonly memory?: string;
  readonly containerOverrides?: readonly ContainerOverride[];
}

export interface RunningTask {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly definition: TaskDefinition;
  readonly size: FargateSize;
  readonly createdMs: number;
  startedMs: number | undefined;
  stoppedMs: number | undefined;
  lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly exitCodes: Map<string, number>;
  stoppedReason: string | undefined;
}

export class TaskStore {
  readonly #ports: CorePorts;
  readonly #runner: ContainerRunner;
  readonly #tasks = new Map<string, RunningTask>();

  constructor(ports: CorePorts) {
    this.#ports = ports;
    this.#runner = new ContainerRunner(ports);
  }

  /** @throws AwsError when Fargate has no task of that size */
  start(clusterArn: string, definition: TaskDefinition, override: TaskOverride): RunningTask {
    const overrides = override.containerOverrides ?? [];
    const { clock } = this.#ports;
    const id = this.#ports.uuid().replaceAll('-', '');
    const task: RunningTask = {
      taskArn: `${clusterArn.replace(':cluster/', ':task/')}/${id}`,
      clusterArn,
      definition,
      size: fargateSize(override.cpu ?? definition.cpu, override.memory ?? definition.memory),
      createdMs: clock.now(),
      startedMs: undefined,
      stoppedMs: undefined,
      lastStatus: 'PENDING',
      exitCodes: new Map(),
      stoppedReason: undefined,
    };
    this.#tasks.set(task.taskArn, task);
    clock.at(clock.now() + FARGATE_START_MS, () => {
      if (task.lastStatus === 'PENDING') this.#ports.spawn(() => this.#run(task, id, overrides));
    });
    return task;
  }

  /** @param id ARN, or the last part of it */
  get(id: string): RunningTask {
    const task = this.#tasks.get(id) ?? [...this.#tasks.values()].find(({ taskArn }) => taskArn.endsWith(`/${id}`));
    if (task !== undefined) return task;
    throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
  }

  stop(task: RunningTask, reason: string): void {
    if (task.lastStatus === 'STOPPED') return;
    task.lastStatus = 'STOPPED';
    task.stoppedMs = this.#ports.clock.now();
    task.stoppedReason = reason;
    const { vcpu, memoryGb } = task.size;
    const seconds = Math.max(BILLED_MIN_SECONDS, (task.stoppedMs - task.createdMs) / 1000);
    this.#ports.meter('ecs', 'vcpuSecond', vcpu * seconds);
    this.#ports.meter('ecs', 'gbSecond', memoryGb * seconds);
    this.#ports.completions.complete(task.taskArn, describeTask(task));
  }

  async #run(task: RunningTask, taskId: string, overrides: readonly ContainerOverride[]): Promise<void> {
    task.lastStatus = 'RUNNING';
    task.startedMs = this.#ports.clock.now();
    const essential = task.definition.containers.filter((container) => container.essential);
    await Promise.all(essential.map((container) => this.#runContainer(task, taskId, container, overrides)));
    this.stop(task, 'Essential container in task exited');
  }

  async #runContainer(
    task: RunningTask,
    taskId: string,
    container: ContainerDefinition,
    overrides: readonly ContainerOverride[],
  ): Promise<void> {
    const override = overrides.find(({ name }) => name === container.name);
    const extra = (override?.environment ?? []).map(({ name, value }) => [name, value] as const);
    const code = await this.#runner.run({
      taskId,
      name: `${task.definition.family}/${container.name}`,
      program: programOf(task.definition, container, override?.command),
      environment: { ...container.environment, ...Object.fromEntries(extra) },
      taskRoleArn: task.definition.taskRoleArn,
    });
    task.exitCodes.set(container.name, code);
  }
}

/** A task as `RunTask` and `DescribeTasks` give it. */
export function describeTask(task: RunningTask): object {
  const { taskArn, clusterArn, definition, lastStatus, createdMs, startedMs, stoppedMs, stoppedReason } = task;
  return {
    taskArn,
    clusterArn,
    taskDefinitionArn: definition.arn,
    lastStatus,
    desiredStatus: lastStatus === 'STOPPED' ? 'STOPPED' : 'RUNNING',
    launchType: 'FARGATE',
    cpu: task.size.cpu,
    memory: task.size.memory,
    createdAt: new Date(createdMs),
    ...(startedMs === undefined ? {} : { startedAt: new Date(startedMs) }),
    ...(stoppedMs === undefined
      ? {}
      : { stoppedAt: new Date(stoppedMs), stoppedReason, stopCode: 'EssentialContainerExited' }),
    containers: definition.containers.map(({ name, image }) => {
      const exitCode = task.exitCodes.get(name);
      return { name, image, taskArn, lastStatus, ...(exitCode === undefined ? {} : { exitCode }) };
    }),
  };
}
