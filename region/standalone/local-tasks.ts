/**
 * How tasks are carried out where Step Functions stands alone: by the mocks of the execution's test case, else by the
 * services as the account. What cannot be called fails the task and no one else.
 */
import type { CorePorts } from '../core-ports.ts';
import { UnknownToRegionError } from '../errors.ts';
import { runTask, TaskFailure, watchTask } from '../services/sfn/run-task.ts';
import type { TaskResult, TaskRunner } from '../services/sfn/task-runner.ts';
import type { MockConfig } from './mock-config.ts';

export function localTasks(mocks: MockConfig | undefined): TaskRunner {
  return {
    async run(ports, task, submitted) {
      const answer = mocks?.answerOf(task);
      if (answer === undefined) return called(() => runTask(asAccount(ports), task, submitted));
      if (!['requestResponse', 'lambdaArn'].includes(task.pattern)) await submitted({});
      return resultOf(answer);
    },
    async watch(ports, task) {
      const answer = mocks?.answerOf(task);
      return answer === undefined ? watchTask(ports, task) : resultOf(answer);
    },
  };
}

function resultOf(answer: NonNullable<ReturnType<MockConfig['answerOf']>>): TaskResult {
  if ('result' in answer) return { output: answer.result };
  if ('error' in answer) throw new TaskFailure(answer.error ?? 'States.TaskFailed', answer.cause ?? '');
  throw new TaskFailure('States.Runtime', 'The mocked response has neither Return nor Throw.');
}

async function called(run: () => Promise<TaskResult | undefined>): Promise<TaskResult | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UnknownToRegionError) throw new TaskFailure('States.Runtime', error.message);
    throw error;
  }
}

/** Roles are names here: there are no policies to check them against. */
function asAccount(ports: CorePorts): CorePorts {
  return {
    ...ports,
    call: (service, operation, input) => ports.call(service, operation, input, { kind: 'account' }),
    authorize: () => undefined,
  };
}
