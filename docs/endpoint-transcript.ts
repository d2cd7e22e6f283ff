/**
 * A session with a region's port, written down as it goes: the SDK for JavaScript and raw HTTP against Step Functions.
 * What is drawn by chance (tokens, UUIDs) is shortened, and the free port is shown as 8083.
 */
import {
  CreateActivityCommand,
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetActivityTaskCommand,
  GetExecutionHistoryCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  TestStateCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { type AssemblyStack, openRegion, type Region } from '../region/index.ts';

const ACCOUNT = 'arn:aws:states:us-east-1:123456789012';
const roleArn = 'arn:aws:iam::123456789012:role/machine';
const NOTHING: readonly AssemblyStack[] = [{ stackName: 'App', directory: '.', template: { Resources: {} } }];

interface SentCommand {
  readonly input: object;
}

interface Session {
  readonly region: Region;
  readonly url: string;
  readonly client: SFNClient;
  readonly lines: string[];
}

/** Values as they are read best: compact, with tokens and UUIDs cut. */
function shown(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' && item.length > 160 ? `${item.slice(0, 157)}...` : item,
  );
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/"(MS4w[\w+/]{4})[\w+/=]{20,}"/g, '"$1..."')
    .replace(/("nextToken":"[\w+/=-]{8})[\w+/=-]+"/g, '$1..."');
}

/** Sends a command of the SDK and writes down what was sent and what came. */
async function send<Output extends { readonly $metadata: unknown }>(
  { client, lines }: Session,
  command: SentCommand & object,
): Promise<Output> {
  lines.push(`> ${command.constructor.name.replace('Command', '')} ${shown(command.input)}`);
  try {
    const { $metadata: _, ...output } = await (client.send as unknown as (sent: object) => Promise<Output>)(command);
    lines.push(`< ${shown(output)}`, '');
    return output as Output;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    lines.push(`< throws ${name} (HTTP ${$metadata?.httpStatusCode}): ${message}`, '');
    return {} as Output;
  }
}

/** A request without an SDK, as curl sends it. */
async function raw({ url, lines }: Session, headers: Record<string, string>, body?: string): Promise<void> {
  lines.push(body === undefined ? '> GET / HTTP/1.1' : '> POST / HTTP/1.1');
  for (const [name, value] of Object.entries(headers)) lines.push(`> ${name}: ${value}`);
  if (body !== undefined) lines.push('>', `> ${body}`);
  const response = await fetch(url, { headers, ...(body === undefined ? {} : { method: 'POST', body }) });
  lines.push(`< HTTP/1.1 ${response.status} ${response.statusText}`);
  for (const name of ['content-type', 'x-amzn-errortype', 'x-amzn-requestid']) {
    const value = response.headers.get(name);
    if (value !== null) lines.push(`< ${name}: ${value.replace(/[0-9a-f]{12}$/, '<count>')}`);
  }
  lines.push('<', `< ${await response.text()}`, '');
}

type Task = { readonly $metadata: unknown; readonly taskToken?: string };
type Page = { readonly $metadata: unknown; readonly nextToken?: string };

async function speakBySdk(session: Session): Promise<void> {
  const { region } = session;
  const states = {
    Pick: { Type: 'Task', Resource: `${ACCOUNT}:activity:pick`, HeartbeatSeconds: 60, Next: 'Pause' },
    Pause: { Type: 'Wait', Seconds: 3600, End: true },
  };
  const definition = JSON.stringify({ StartAt: 'Pick', States: states });
  const executionArn = `${ACCOUNT}:execution:Order:order-1`;
  await send(session, new ValidateStateMachineDefinitionCommand({ definition: definition.replace('Task', 'Tusk') }));
  await send(session, new CreateActivityCommand({ name: 'pick' }));
  await send(session, new CreateStateMachineCommand({ name: 'Order', roleArn, definition }));
  const stateMachineArn = `${ACCOUNT}:stateMachine:Order`;
  const start = { stateMachineArn, name: 'order-1' };
  await send(session, new StartExecutionCommand({ ...start, input: '{"items":2}' }));
  await send(session, new StartExecutionCommand({ ...start, input: '{"items":3}' }));
  const poll = new GetActivityTaskCommand({ activityArn: `${ACCOUNT}:activity:pick`, workerName: 'anna' });
  const { taskToken } = await send<Task>(session, poll);
  await region.advance(50_000);
  await send(session, new SendTaskHeartbeatCommand({ taskToken }));
  await send(session, new SendTaskFailureCommand({ taskToken, error: 'OutOfStock', cause: 'shelf 7 is empty' }));
  await send(session, new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  await send(session, new DescribeExecutionCommand({ executionArn }));
  await send(session, new RedriveExecutionCommand({ executionArn }));
  const again = await send<Task>(session, poll);
  await send(session, new SendTaskSuccessCommand({ taskToken: again.taskToken, output: '{"picked":2}' }));
  session.lines.push('(an hour of virtual time passes)', '');
  await region.advance(3_600_000);
  await send(session, new DescribeExecutionCommand({ executionArn }));
  const history = { executionArn, maxResults: 3, includeExecutionData: false };
  const { nextToken } = await send<Page>(session, new GetExecutionHistoryCommand(history));
  await send(session, new GetExecutionHistoryCommand({ ...history, nextToken }));
  await send(session, new GetExecutionHistoryCommand({ ...history, maxResults: 2, reverseOrder: true }));
  session.lines.push('(no task is waiting: the poll takes a virtual minute)', '');
  await send(session, poll);
  const ask = {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Parameters: { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/orders', 'MessageBody.$': '$.items' },
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Ring' }],
    End: true,
  };
  const mock = { errorOutput: { error: 'Sqs.SqsException', cause: 'no such queue' } };
  const tested = { definition: JSON.stringify(ask), roleArn, input: '{"items":2}', inspectionLevel: 'DEBUG' } as const;
  await send(session, new TestStateCommand({ ...tested, mock }));
  const quick = JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 2, End: true } } });
  await send(session, new CreateStateMachineCommand({ name: 'Quick', roleArn, definition: quick, type: 'EXPRESS' }));
  await send(
    session,
    new StartSyncExecutionCommand({ stateMachineArn: `${ACCOUNT}:stateMachine:Quick`, name: 'q-1', input: '{}' }),
  );
}

async function speakRaw(session: Session): Promise<void> {
  const headers = (action: string): Record<string, string> => ({
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AWSStepFunctions.${action}`,
  });
  await raw(session, headers('DescribeActivity'), `{"activityArn":"${ACCOUNT}:activity:pick"}`);
  await raw(session, headers('DescribeActivity'), '{}');
  await raw(session, headers('DescribeActivity'), '{"activityArn":');
  await raw(session, headers('SendTaskSuccess'), '{"taskToken":"forged","output":"{}"}');
  await raw(session, headers('Teleport'), '{}');
  await raw(session, {});
}

const block = (lines: readonly string[]): string => `\`\`\`text\n${lines.join('\n').trimEnd()}\n\`\`\`\n`;

/** Markdown of the whole session. */
export async function endpointTranscript(): Promise<string> {
  const region = await openRegion({
    assembly: NOTHING,
    clock: { mode: 'auto-skip', startAt: '2026-03-02T08:00:00Z' },
    seed: 1,
  });
  try {
    const { url } = await region.listen(0);
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const settings = { endpoint: url, region: 'us-east-1', credentials, disableHostPrefix: true, maxAttempts: 1 };
    const client = new SFNClient(settings);
    const bySdk: string[] = [];
    await speakBySdk({ region, url, client, lines: bySdk });
    client.destroy();
    const byHand: string[] = [];
    await speakRaw({ region, url, client, lines: byHand });
    return `### The SDK for JavaScript\n\n${block(bySdk)}\n### Raw HTTP\n\n${block(byHand)}`;
  } finally {
    await region.close();
  }
}
