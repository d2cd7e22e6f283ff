/**
 * Runs one task of a state machine: its optimised integration, or the generic `aws-sdk` form, as the machine's role. The
 * result has the shape that Step Functions gives it, and a refusal the error name that `Retry` and `Catch` match.
 */
import { createHash } from 'node:crypto';
import type { InvokeTask, WatchTask } from '../../../engine/index.ts';
import type { CorePorts } from '../../core-ports.ts';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { Principal } from '../../service.ts';
import { isObject } from '../eventbridge/known-fields.ts';
import { callGeneric } from './generic-integration.ts';
import { runMapCall } from './map-run-storage.ts';
import { fromSdkShape, toSdkShape } from './member-case.ts';
import { NotParquet } from './parquet-rows.ts';
import { type IntegrationKind, nameError } from './service-errors.ts';

/** A task failed with an error name and a cause that the machine sees. */
export class TaskFailure extends Error {
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.name = 'TaskFailure';
    this.error = error;
  }
}

/** The region could not run the task at all: no Retry or Catch may take that for an answer of the service. */
export class UnrunnableTask extends TaskFailure {
  constructor(cause: string) {
    super('States.Runtime', cause);
    this.name = 'UnrunnableTask';
  }
}

type Fields = Readonly<Record<string, unknown>>;
type CallService = (service: string, operation: string, input: object) => Promise<Fields>;

interface Integration {
  /** What the service answered, shaped as the task's result. */
  run(call: CallService, input: Fields, task: InvokeTask, ports: CorePorts): Promise<unknown>;
  /** For `.sync`: waits for the end of what was started, and gives the result. */
  complete?(output: unknown, ports: CorePorts): Promise<unknown>;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What AWS adds to the answers of optimised integrations. */
const metadata = (ports: CorePorts): Fields => ({
  SdkHttpMetadata: { AllHttpHeaders: {}, HttpHeaders: {}, HttpStatusCode: 200 },
  SdkResponseMetadata: { RequestId: ports.uuid() },
});

const parsed = (payload: unknown): unknown => JSON.parse(Buffer.from(payload as Uint8Array).toString('utf8') || 'null');

async function invokeFunction(call: CallService, input: Fields): Promise<Fields & { Payload: unknown }> {
  const { Payload, ...rest } = input;
  const event = Payload === undefined ? {} : { Payload: Buffer.from(JSON.stringify(Payload)) };
  const answer = await call('lambda', 'Invoke', { ...rest, ...event });
  const result = answer['Payload'] === undefined ? null : parsed(answer['Payload']);
  if (answer['FunctionError'] !== undefined) {
    const type = isObject(result) ? result['errorType'] : undefined;
    throw new TaskFailure(typeof type === 'string' ? type : 'Lambda.Unknown', JSON.stringify(result));
  }
  return { ...answer, Payload: result };
}

const withMetadata =
  (service: string, operation: string, shape: (input: Fields) => Fields = (input) => input): Integration['run'] =>
  async (call, input, _task, ports) => ({
    ...fromSdkShape(await call(service, operation, shape(input))),
    ...metadata(ports),
  });

const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'lambda:invoke': {
    run: async (call, input, _task, ports) => ({ ...(await invokeFunction(call, input)), ...metadata(ports) }),
  },
  'sqs:sendMessage': {
    run: withMetadata('sqs', 'SendMessage', (input) => ({
      ...input,
      MessageBody: textOf(input['MessageBody']),
    })),
  },
  'sns:publish': {
    run: withMetadata('sns', 'Publish', (input) => ({ ...input, Message: textOf(input['Message']) })),
  },
  'events:putEvents': { run: putEvents },
  'dynamodb:getItem': { run: withMetadata('dynamodb', 'GetItem') },
  'dynamodb:putItem': { run: withMetadata('dynamodb', 'PutItem') },
  'dynamodb:updateItem': { run: withMetadata('dynamodb', 'UpdateItem') },
  'dynamodb:deleteItem': { run: withMetadata('dynamodb', 'DeleteItem') },
  'states:startExecution': {
    run: async (call, input, task, ports) => {
      const request = toSdkShape({
        Name: nameOfNested(task),
        ...input,
        ...(input['Input'] === undefined ? {} : { Input: textOf(input['Input']) }),
      });
      const answer = await call('sfn', 'StartExecution', request);
      // The engine follows executions that it runs itself. One of an Express machine cannot be: AWS asks for it in vain.
      const isExpress = String(answer['executionArn']).includes(':express:');
      if (task.pattern.startsWith('sync') && isExpress) {
        await call('sfn', 'DescribeExecution', { executionArn: answer['executionArn'] });
      }
      return { ...fromSdkShape(answer, true), ...metadata(ports) };
    },
  },
  'ecs:runTask': {
    run: async (call, input, _task, ports) => ({
      ...fromSdkShape(await call('ecs', 'RunTask', toSdkShape(input)), true),
      ...metadata(ports),
    }),
    complete: completeContainerTask,
  },
};

/** The same when the task is asked for again: it must not start a second execution. */
function nameOfNested({ executionArn, taskId }: InvokeTask): string {
  const digits = createHash('sha256').update(`${executionArn} ${taskId}`).digest('hex');
  return digits.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

async function putEvents(call: CallService, input: Fields, _task: InvokeTask, ports: CorePorts): Promise<unknown> {
  const entries = (input['Entries'] ?? []) as readonly Fields[];
  const Entries = entries.map((entry) => ({ ...entry, Detail: textOf(entry['Detail']) }));
  const answer = await call('eventbridge', 'PutEvents', { Entries });
  if (answer['FailedEntryCount'] !== 0) throw new TaskFailure('EventBridge.FailedEntry', JSON.stringify(answer));
  return { ...answer, ...metadata(ports) };
}

/** A container that ends with another exit code than 0 fails the task, with the task's description as the cause. */
async function completeContainerTask(output: unknown, ports: CorePorts): Promise<unknown> {
  const { Tasks } = output as { Tasks: readonly { TaskArn: string }[] };
  const arn = Tasks[0]?.TaskArn ?? '';
  const stopped = fromSdkShape((await ports.completions.whenCompleted(arn)) as Fields, true);
  const containers = stopped['Containers'] as readonly { ExitCode?: number }[];
  if (containers.every(({ ExitCode }) => ExitCode === 0)) return stopped;
  throw new TaskFailure('States.TaskFailed', JSON.stringify(stopped));
}

/**
 * @param submitted told the service's answer for tasks that go on after it
 * Gives the result, or undefined when the answer comes by token or the engine follows the work itself.
 * Throws `TaskFailure`.
 */
export async function runTask(
  ports: CorePorts,
  task: InvokeTask,
  submitted: (output: unknown) => Promise<void>,
): Promise<{ readonly output: unknown } | undefined> {
  const call = callAs(ports, callerOf(ports, task), kindOf(task));
  if (task.purpose !== undefined) {
    return { output: await callForMapRun((operation, input) => call('s3', operation, input), task) };
  }
  if (task.pattern === 'lambdaArn') {
    const answer = await invokeFunction(call, { FunctionName: task.resource, Payload: task.input });
    return { output: answer.Payload };
  }
  const integration = integrationOf(task);
  const output = await integration.run(call, (task.input ?? {}) as Fields, task, ports);
  if (task.pattern === 'requestResponse') return { output };
  await submitted(output);
  if (task.pattern === 'waitForTaskToken' || integration.complete === undefined) return undefined;
  return { output: await integration.complete(output, ports) };
}

async function callForMapRun(call: (operation: string, input: object) => Promise<Fields>, task: InvokeTask) {
  try {
    return await runMapCall(call, task);
  } catch (thrown) {
    throw thrown instanceof NotParquet ? new TaskFailure('States.ItemReaderFailed', thrown.message) : thrown;
  }
}

/** The end of a job that was submitted before a restart: the region's containers do not outlive the region. */
export async function watchTask(_: CorePorts, { submitted, stateName }: WatchTask): Promise<never> {
  const cause = `The region that ran the job of '${stateName}' has ended, and the job with it: ${submitted}`;
  throw new TaskFailure('States.TaskFailed', cause);
}

/** Map runs speak to S3 by the newer SDK, as `aws-sdk` tasks do. */
const kindOf = ({ service, purpose }: InvokeTask): IntegrationKind =>
  purpose !== undefined || service.startsWith('aws-sdk:') ? 'aws-sdk' : 'optimised';

function callAs(ports: CorePorts, principal: Principal, kind: IntegrationKind): CallService {
  return async (service, operation, input) => {
    try {
      return ((await ports.call(service, operation, input, principal)) ?? {}) as Fields;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.name === 'UnknownOperationException') {
        throw new UnknownToRegionError(`operation ${operation}`, service, 'teach it to the region, or call another');
      }
      const named = nameError(error, service, kind, ports.uuid());
      throw new TaskFailure(named.error, named.cause);
    }
  };
}

/** The role of the machine, or the one of the task's Credentials that it may assume. */
function callerOf(ports: CorePorts, { credentials, roleArn, stateName }: InvokeTask): Principal {
  const own: Principal = { kind: 'role', arn: roleArn };
  if (credentials === undefined) return own;
  const arn = isObject(credentials) ? credentials['RoleArn'] : undefined;
  if (typeof arn !== 'string') {
    throw new TaskFailure('States.Runtime', `The RoleArn in the Credentials of '${stateName}' is not a string.`);
  }
  try {
    ports.authorize(own, [{ action: 'sts:AssumeRole', resource: arn }]);
  } catch (error) {
    throw error instanceof AwsError ? new TaskFailure('States.Permissions', error.message) : error;
  }
  return { kind: 'role', arn };
}

function integrationOf(task: InvokeTask): Integration {
  const { service, action } = task;
  if (service.startsWith('aws-sdk:')) {
    return { run: (call, input) => callGeneric(call, service.slice('aws-sdk:'.length), action, input) };
  }
  const integration = INTEGRATIONS[`${service}:${action}`];
  if (integration !== undefined) return integration;
  throw new UnknownToRegionError(
    `integration ${task.resource}`,
    `state ${task.stateName}`,
    `use ${Object.keys(INTEGRATIONS).join(', ')} or aws-sdk:<service>:<action>`,
  );
}
