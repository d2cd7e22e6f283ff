/**
 * What a rule or schedule does with an event: shape the input, deliver it to the target as the target's role, retry
 * with growing pauses while the failure may pass, and give what is left to the dead-letter queue.
 */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { Principal, RegionPorts } from '../../service.ts';
import { compilePath } from './json-path.ts';
import { type Fields, isObject, knownFields, optionalNumber, optionalString, requiredString } from './known-fields.ts';
import { fillTemplate, templateVariables } from './template.ts';

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly principal: Principal;
  readonly parameters: Fields;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeMs: number;
  readonly deadLetterArn: string | undefined;
  readonly input: (event: unknown) => unknown;
}

/** Who sends: for reserved template variables and dead-letter attributes. */
export interface Sender {
  readonly name: string;
  readonly arn: string;
}

const PARAMETER_FIELDS = ['SqsParameters', 'KinesisParameters'];
const TARGET_FIELDS = [
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'DeadLetterConfig',
  ...PARAMETER_FIELDS,
];

/** @param service principal that delivers when the target has no role, e.g. `events.amazonaws.com` */
export function parseTarget(
  value: unknown,
  where: string,
  service: string,
  sender: Sender,
  clockNow: () => number,
): Target {
  const fields = knownFields(value, TARGET_FIELDS, where);
  const roleArn = optionalString(fields, 'RoleArn');
  const retry = knownFields(
    fields['RetryPolicy'] ?? {},
    ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds'],
    `${where}.RetryPolicy`,
  );
  const deadLetter = knownFields(fields['DeadLetterConfig'] ?? {}, ['Arn'], `${where}.DeadLetterConfig`);
  const parameters = Object.fromEntries(
    PARAMETER_FIELDS.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
  return {
    id: optionalString(fields, 'Id') ?? '',
    arn: requiredString(fields, 'Arn', where),
    principal: roleArn === undefined ? { kind: 'service', service } : { kind: 'role', arn: roleArn },
    parameters,
    maximumRetryAttempts: optionalNumber(retry, 'MaximumRetryAttempts', where) ?? 185,
    maximumEventAgeMs: (optionalNumber(retry, 'MaximumEventAgeInSeconds', where) ?? 86_400) * 1000,
    deadLetterArn: optionalString(deadLetter, 'Arn'),
    input: inputOf(fields, where, sender, clockNow),
  };
}

function inputOf(fields: Fields, where: string, sender: Sender, clockNow: () => number): Target['input'] {
  const { Input: input, InputPath: inputPath, InputTransformer: transformer } = fields;
  if ([input, inputPath, transformer].filter((one) => one !== undefined).length > 1) {
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for ${where}`,
    );
  }
  if (input !== undefined) {
    const constant: unknown = JSON.parse(String(input));
    return () => constant;
  }
  if (inputPath !== undefined) return compilePath(String(inputPath));
  if (transformer === undefined) return (event) => event;
  const known = knownFields(transformer, ['InputPathsMap', 'InputTemplate'], `${where}.InputTransformer`);
  const paths = new Map(
    Object.entries(isObject(known['InputPathsMap']) ? known['InputPathsMap'] : {}).map(([name, path]) => [
      name,
      compilePath(String(path)),
    ]),
  );
  const template = requiredString(known, 'InputTemplate', where);
  for (const name of templateVariables(template)) {
    if (!paths.has(name) && !Object.hasOwn(RESERVED, name)) {
      throw new UnknownToRegionError(`variable <${name}>`, `${where}.InputTransformer`, 'define it in InputPathsMap');
    }
  }
  return (event) =>
    fillTemplate(template, (name) => paths.get(name)?.(event) ?? RESERVED[name]?.(event, sender, clockNow()));
}

const RESERVED: Readonly<Record<string, (event: unknown, sender: Sender, nowMs: number) => unknown>> = {
  'aws.events.event': (event) => (isObject(event) ? { ...event, detail: undefined } : event),
  'aws.events.event.json': (event) => event,
  'aws.events.event.ingestion-time': (_event, _sender, nowMs) => new Date(nowMs).toISOString(),
  'aws.events.rule-arn': (_event, sender) => sender.arn,
  'aws.events.rule-name': (_event, sender) => sender.name,
};

/** A failure that no repetition mends: AWS sends these events to the dead-letter queue at once. */
const PERMANENT = new Set([
  'AccessDeniedException',
  'AccessDenied',
  'NotAuthorizedException',
  'ResourceNotFoundException',
  'AWS.SimpleQueueService.NonExistentQueue',
  'QueueDoesNotExist',
  'StateMachineDoesNotExist',
  'NotFoundException',
  'ValidationException',
]);

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 600_000;

/** Delivers an event to a target, once or as often as its retry policy allows. Never rejects for an expected failure. */
export async function deliverToTarget(
  ports: RegionPorts,
  sender: Sender,
  target: Target,
  event: unknown,
): Promise<void> {
  await attempt(ports, sender, target, event, ports.clock.now(), 0);
}

async function attempt(
  ports: RegionPorts,
  sender: Sender,
  target: Target,
  event: unknown,
  firstMs: number,
  retries: number,
): Promise<void> {
  try {
    await ports.deliver({
      targetArn: target.arn,
      payload: target.input(event),
      principal: target.principal,
      parameters: target.parameters,
    });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** retries) * (0.5 + ports.random() / 2);
    const dueMs = ports.clock.now() + Math.ceil(pauseMs);
    const exhausted = exhaustion(error, target, retries, dueMs - firstMs);
    if (exhausted === undefined) {
      ports.clock.at(dueMs, () => ports.spawn(() => attempt(ports, sender, target, event, firstMs, retries + 1)));
      return;
    }
    ports.log('warn', 'event not delivered', {
      sender: sender.arn,
      target: target.arn,
      error: error.name,
      cause: error.message,
      retries,
      deadLetterArn: target.deadLetterArn,
    });
    if (target.deadLetterArn !== undefined) {
      await sendToDeadLetterQueue(ports, sender, target, target.deadLetterArn, event, error, exhausted, retries);
    }
  }
}

function exhaustion(error: AwsError, target: Target, retries: number, ageMs: number): string | undefined {
  if (PERMANENT.has(error.name)) return 'NonRetryable';
  if (retries >= target.maximumRetryAttempts) return 'MaximumRetryAttempts';
  return ageMs > target.maximumEventAgeMs ? 'MaximumEventAgeInSeconds' : undefined;
}

async function sendToDeadLetterQueue(
  ports: RegionPorts,
  sender: Sender,
  target: Target,
  queueArn: string,
  event: unknown,
  error: AwsError,
  condition: string,
  retries: number,
): Promise<void> {
  const [, , , region = '', account = '', name = ''] = queueArn.split(':');
  const attribute = (text: string) => ({ DataType: 'String', StringValue: text });
  await ports.call(
    'sqs',
    'SendMessage',
    {
      QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      MessageBody: JSON.stringify(event),
      MessageAttributes: {
        RULE_ARN: attribute(sender.arn),
        TARGET_ARN: attribute(target.arn),
        ERROR_CODE: attribute(error.name),
        ERROR_MESSAGE: attribute(error.message),
        EXHAUSTED_RETRY_CONDITION: attribute(condition),
        RETRY_ATTEMPTS: attribute(String(retries)),
      },
    },
    { kind: 'service', service: 'events.amazonaws.com' },
  );
}
