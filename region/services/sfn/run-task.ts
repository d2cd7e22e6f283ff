/**
 * Runs one task of a state machine: its optimised integration, or the generic `aws-sdk` form, as the machine's role. The
 * result has the shape that Step Functions gives it, and a refusal the error name that `Retry` and `Catch` match.
 */
import type { InvokeTask } from '../../../engine/index.ts';
import type { CorePorts } from '../../core-ports.ts';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { Principal } from '../../service.ts';
import { isObject } from '../eventbridge/known-fields.ts';
import { runMapCall } from './map-run-storage.ts';
import { fromSdkShape, toSdkShape } from './member-case.ts';

/** A task failed with an error name and a cause that the machine sees. */
export class TaskFailure extends Error {
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.name = 'TaskFailure';
    this.error = error;
  }
}

type Fields = Readonly<Record<string, unknown>>;
type CallService = (service: string, operation: string, input: object, label: string) => Promise<Fields>;

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
  const answer = await call('lambda', 'Invoke', { ...rest, ...event }, 'Lambda');
  const result = answer['Payload'] === undefined ? null : parsed(answer['Payload']);
  if (answer['FunctionError'] !== undefined) {
    const type = isObject(result) ? result['errorType'] : undefined;
    throw new TaskFailure(typeof type === 'string' ? type : 'Lambda.Unknown', JSON.stringify(result));
  }
  return { ...answer, Payload: result };
}

const withMetadata =
  (
    service: string,
    operation: string,
    label: string,
    shape: (input: Fields) => Fields = (input) => input,
  ): Integration['run'] =>
  async (call, input, _task, ports) => ({
    ...fromSdkShape(await call(service, operation, shape(input), label)),
    ...metadata(ports),
  });

const INTEGRATIONS: Readonly<Record<string, Integration>> = {
  'lambda:invoke': {
    run: async (call, input, _task, ports) => ({ ...(await invokeFunction(call, input)), ...metadata(ports) }),
  },
  'sqs:sendMessage': {
    run: withMetadata('sqs', 'SendMessage', 'SQS', (input) => ({
      ...input,
      MessageBody: textOf(input['MessageBody']),
    })),
  },
  'sns:publish': {
    run: withMetadata('sns', 'Publish', 'SNS', (input) => ({ ...input, Message: textOf(input['Message']) })),
  },
  'events:putEvents': { run: putEvents },
  'dynamodb:getItem': { run: withMetadata('dynamodb', 'GetItem', 'DynamoDB') },
  'dynamodb:putItem': { run: withMetadata('dynamodb', 'PutItem', 'DynamoDB') },
  'dynamodb:updateItem': { run: withMetadata('dynamodb', 'UpdateItem', 'DynamoDB') },
  'dynamodb:deleteItem': { run: withMetadata('dynamodb', 'DeleteItem', 'DynamoDB') },
  'states:startExecution': {
    run: async (call, input) => {
      const request = toSdkShape({
        ...input,
        ...(input['Input'] === undefined ? {} : { Input: textOf(input['Input']) }),
      });
      return fromSdkShape(await call('sfn', 'StartExecution', request, 'StepFunctions'), true);
    },
    // The engine follows executions that it runs itself.
  },
  'ecs:runTask': {
    run: async (call, input) => {
      const answer = await call('ecs', 'RunTask', toSdkShape(input), 'ECS');
      return fromSdkShape(answer, true);
    },
    complete: completeContainerTask,
  },
};

async function putEvents(call: CallService, input: Fields, _task: InvokeTask, ports: CorePorts): Promise<unknown> {
  const entries = (input['Entries'] ?? []) as readonly Fields[];
  const Entries = entries.map((entry) => ({ ...entry, Detail: textOf(entry['Detail']) }));
  const answer = await call('eventbridge', 'PutEvents', { Entries }, 'EventBridge');
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
  if (task.credentials !== undefined) {
    throw new UnknownToRegionError('Credentials of a task', task.stateName, 'let the machine call as its own role');
  }
  const principal: Principal = { kind: 'role', arn: task.roleArn };
  const call: CallService = async (service, operation, input, label) => {
    try {
      return ((await ports.call(service, operation, input, principal)) ?? {}) as Fields;
    } catch (error) {
      throw error instanceof AwsError ? failureOf(error, label, ports) : error;
    }
  };
  if (task.purpose !== undefined) {
    return { output: await runMapCall((operation, input) => call('s3', operation, input, 'S3'), task) };
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

function integrationOf(task: InvokeTask): Integration {
  if (task.service.startsWith('aws-sdk:'))
    return genericIntegration(task.service.slice('aws-sdk:'.length), task.action);
  const integration = INTEGRATIONS[`${task.service}:${task.action}`];
  if (integration !== undefined) return integration;
  throw new UnknownToRegionError(
    `integration ${task.resource}`,
    `state ${task.stateName}`,
    `use ${Object.keys(INTEGRATIONS).join(', ')} or aws-sdk:<service>:<action>`,
  );
}

/** `aws-sdk:<service>:<action>`: members as the API has them, answers without metadata. */
function genericIntegration(service: string, action: string): Integration {
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  const label = service.charAt(0).toUpperCase() + service.slice(1);
  const lowers = service === 'sfn' || service === 'ecs';
  return {
    run: async (call, input) => {
      const answer = await call(service, operation, lowers ? toSdkShape(input) : input, label);
      return fromSdkShape(answer, lowers);
    },
  };
}

function failureOf(error: AwsError, label: string, ports: CorePorts): TaskFailure {
  const cause = `${error.message} (Service: ${label}, Status Code: ${error.httpStatus}, Request ID: ${ports.uuid()})`;
  return new TaskFailure(`${label}.${error.name}`, cause);
}
