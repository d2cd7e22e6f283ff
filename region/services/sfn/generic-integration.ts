/**
 * The generic form of a task, `aws-sdk:<service>:<action>`: any operation of any service of the region. Requests and
 * answers have members with a capital, as Step Functions writes them; where the API wants text and the state gives JSON,
 * the JSON is written out; an object of S3 and the answer of a function come as text.
 */
import { textOfBody } from './map-run-storage.ts';
import { fromSdkShape, toSdkShape } from './member-case.ts';

type Fields = Readonly<Record<string, unknown>>;
type Call = (service: string, operation: string, input: object) => Promise<Fields>;

/** Services whose APIs write their members in lower case. */
const LOWER_CASED = ['appsync', 'ecs', 'iot', 'iotdataplane', 'neptunedata', 'sfn'];

/** Members that are text in the API and hold JSON. */
const JSON_TEXT: Readonly<Record<string, readonly string[]>> = {
  iotdataplane: ['Payload'],
  lambda: ['Payload'],
  sfn: ['Definition', 'Input', 'Output'],
  sns: ['Message'],
  sqs: ['MessageBody'],
};

/** The answer as the task's result. Throws what `call` throws. */
export async function callGeneric(call: Call, service: string, action: string, input: Fields): Promise<Fields> {
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  const lower = LOWER_CASED.includes(service);
  const request = withJsonText(input, JSON_TEXT[service] ?? []);
  const answer = await call(service, operation, lower ? toSdkShape(request) : request);
  return fromSdkShape(await withText(answer), lower);
}

function withJsonText(input: Fields, members: readonly string[]): Fields {
  const written = members
    .filter((member) => input[member] !== undefined && typeof input[member] !== 'string')
    .map((member) => [member, JSON.stringify(input[member])]);
  return { ...input, ...Object.fromEntries(written) };
}

async function withText(answer: Fields): Promise<Fields> {
  const { Body, Payload } = answer;
  if (typeof Body === 'object' && Body !== null) return { ...answer, Body: await textOfBody(Body) };
  return Payload instanceof Uint8Array ? { ...answer, Payload: Buffer.from(Payload).toString('utf8') } : answer;
}
