/** Who carries out the tasks of the machines: the region's services, unless a host of another kind brings its own. */
import type { InvokeTask, WatchTask } from '../../../engine/index.ts';
import type { CorePorts } from '../../core-ports.ts';
import { runTask, watchTask } from './run-task.ts';

export interface TaskResult {
  readonly output: unknown;
}

/** Both give undefined when the answer comes by token, or the engine follows the work itself. @throws TaskFailure */
export interface TaskRunner {
  /** @param submitted told the service's answer for tasks that go on after it */
  run(
    ports: CorePorts,
    task: InvokeTask,
    submitted: (output: unknown) => Promise<void>,
  ): Promise<TaskResult | undefined>;
  /** The end of a job that was submitted before a restart. */
  watch(ports: CorePorts, task: WatchTask): Promise<TaskResult | undefined>;
}

export const REGION_TASKS: TaskRunner = { run: runTask, watch: watchTask };
