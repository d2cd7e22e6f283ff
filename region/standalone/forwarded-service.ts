/** Services that are elsewhere: calls go on to an endpoint by the AWS SDK, or are refused with what there is to do. */
import type { CorePorts } from '../core-ports.ts';
import { AwsError } from '../errors.ts';
import type { CallContext, Operation, Service } from '../service.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Sent {
  readonly Body?: { transformToByteArray(): Promise<Uint8Array> };
}
interface SdkClient {
  send(command: object): Promise<Sent>;
}
type Sdk = Readonly<Record<string, unknown>>;
type ClientClass = new (configuration: object) => SdkClient;
type CommandClass = new (input: object) => object;

/** The service's name in the region -> its SDK, and the name of the client in it. */
const SDKS = {
  lambda: { load: () => import('@aws-sdk/client-lambda') as Promise<Sdk>, client: 'LambdaClient' },
  sqs: { load: () => import('@aws-sdk/client-sqs') as Promise<Sdk>, client: 'SQSClient' },
  sns: { load: () => import('@aws-sdk/client-sns') as Promise<Sdk>, client: 'SNSClient' },
  dynamodb: { load: () => import('@aws-sdk/client-dynamodb') as Promise<Sdk>, client: 'DynamoDBClient' },
  s3: { load: () => import('@aws-sdk/client-s3') as Promise<Sdk>, client: 'S3Client' },
};
export type ForwardedName = keyof typeof SDKS;
export const FORWARDED_NAMES = Object.keys(SDKS) as readonly ForwardedName[];

const NOTHING_ELSE = { resources: {}, permissions: {} };

/** @returns the factory of a service of the region whose operations are those of the SDK's client */
export async function forwardTo(
  name: ForwardedName,
  endpoint: string,
  credentials: Credentials,
): Promise<(ports: CorePorts) => Service> {
  const sdk = await SDKS[name].load();
  const Client = sdk[SDKS[name].client] as ClientClass;
  return (ports) => {
    const more = name === 's3' ? { forcePathStyle: true } : {};
    const client = new Client({ endpoint, region: ports.region, credentials, maxAttempts: 1, ...more });
    const operations: Record<string, Operation> = {};
    for (const [key, Command] of Object.entries(sdk)) {
      if (!/^[A-Z].*[a-z]Command$/.test(key)) continue;
      operations[key.slice(0, -'Command'.length)] = (input: object) =>
        atTheTime(ports, sent(client, new (Command as CommandClass)(input), endpoint));
    }
    return { name, operations, ...NOTHING_ELSE };
  };
}

/** Bodies are read whole, so that nothing is left to come from outside later. */
async function sent(client: SdkClient, command: object, endpoint: string): Promise<object> {
  try {
    const answer = await client.send(command);
    const bytes = await answer.Body?.transformToByteArray();
    return bytes === undefined ? answer : { ...answer, Body: { transformToByteArray: async () => bytes } };
  } catch (thrown) {
    throw awsErrorOf(thrown as SdkError, endpoint);
  }
}

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
}

function awsErrorOf({ name, message, $metadata, code }: SdkError, endpoint: string): AwsError {
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return new AwsError(name, message, status);
  return new AwsError('SdkClientException', `${endpoint} cannot be called: ${message || (code ?? name)}`, 503);
}

function atTheTime(ports: CorePorts, answer: Promise<object>): Promise<object> {
  return new Promise((resolve, reject) => {
    answer.then(
      (output) => ports.letIn(() => resolve(output)),
      (error: unknown) => ports.letIn(() => reject(error)),
    );
  });
}

/** A service that is not there: each call fails, and says what would help. */
export function absentService(name: string): () => Service {
  const remedy = (FORWARDED_NAMES as readonly string[]).includes(name)
    ? `start with --${name}-endpoint URL, or with --mocks FILE and a test case that answers this state`
    : 'start with --mocks FILE and a test case that answers this state';
  const refuse = (): never => {
    throw new AwsError('SdkClientException', `There is no ${name} here: ${remedy}`, 503);
  };
  return () => ({ name, operations: new Proxy({}, { get: () => refuse }), ...NOTHING_ELSE });
}

/** Takes the status changes of executions, for which there is no bus, and nothing else. */
export function statusChangesOnly(): Service {
  const refusing = absentService('eventbridge')().operations;
  const putEvents = (input: object, context: CallContext): unknown =>
    context.principal.kind === 'service'
      ? { FailedEntryCount: 0, Entries: [] }
      : refusing['PutEvents']?.(input as never, context);
  return { name: 'eventbridge', operations: { PutEvents: putEvents }, ...NOTHING_ELSE };
}
