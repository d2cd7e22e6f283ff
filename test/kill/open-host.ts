/** The thing that is killed: Step Functions by itself, with functions and a bus in the place of services elsewhere. */
import type { CorePorts } from '../../region/core-ports.ts';
import { type ClockSettings, openStepFunctions, type Region, type Service } from '../../region/index.ts';
import type { JournalStore } from '../../region/journal/journal-store.ts';
import { ACTIVITY_ARN, accountId, answerOf, MACHINES, type Work } from './machines.ts';

/** Whoever is outside, and hears of what happens inside. */
export interface Outside {
  token(state: string, n: number, token: string): void;
  /** The execution has ended; `broke` when it is to be redriven. */
  ended(n: number, broke: boolean): void;
}

interface Ask {
  readonly state: string;
  readonly token: string;
  readonly n: number;
}

/** How long a function takes, in ms of the executions' time. */
const LONGEST_CALL_MS = 450;
const NOTHING_ELSE = { resources: {}, permissions: {} };

export async function openHost(journal: JournalStore, clock: ClockSettings, outside: Outside): Promise<Region> {
  const services = [(ports: CorePorts) => functions(ports, outside), () => bus(outside)];
  const region = await openStepFunctions({ journal, clock, accountId, services });
  await region.callFromOutside('sfn', 'CreateActivity', { name: 'pack' });
  for (const machine of MACHINES) await region.callFromOutside('sfn', 'CreateStateMachine', machine);
  return region;
}

/** One worker of the activity, for as long as the region runs. */
export async function pack(region: Region, outside: Outside): Promise<void> {
  for (;;) {
    const task = (await region.callFromOutside('sfn', 'GetActivityTask', { activityArn: ACTIVITY_ARN })) as {
      taskToken?: string;
      input?: string;
    };
    if (task.taskToken === undefined) continue;
    outside.token('Pack', (JSON.parse(task.input ?? '{}') as { n: number }).n, task.taskToken);
  }
}

function functions(ports: CorePorts, outside: Outside): Service {
  const invoke = (input: { FunctionName: string; Payload: Uint8Array }): Promise<object> => {
    const payload = JSON.parse(Buffer.from(input.Payload).toString('utf8')) as Work & Ask;
    return new Promise((resolve) => {
      const answer = (): void => {
        if (input.FunctionName === 'ask') outside.token(payload.state, payload.n, payload.token);
        resolve(input.FunctionName === 'ask' ? { StatusCode: 200 } : answered(payload));
      };
      ports.clock.at(ports.clock.now() + ports.random() * LONGEST_CALL_MS, answer);
    });
  };
  return { name: 'lambda', operations: { Invoke: invoke }, ...NOTHING_ELSE };
}

function answered(work: Work): object {
  const answer = answerOf(work);
  if ('output' in answer) return { StatusCode: 200, Payload: Buffer.from(answer.output) };
  const { error: errorType, cause: errorMessage } = answer;
  const Payload = Buffer.from(JSON.stringify({ errorType, errorMessage }));
  return { StatusCode: 200, FunctionError: 'Unhandled', Payload };
}

interface Status {
  readonly name: string;
  readonly status: string;
  readonly error: string | null;
  readonly redriveCount: number;
}

function bus(outside: Outside): Service {
  const PutEvents = ({ Entries }: { Entries: readonly { Detail: string }[] }): object => {
    for (const { Detail } of Entries) {
      const { name, status, error, redriveCount } = JSON.parse(Detail) as Status;
      if (status === 'RUNNING' || !name.startsWith('n-')) continue;
      outside.ended(Number(name.slice(2)), error === 'Broken' && redriveCount === 0);
    }
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'kept' })) };
  };
  return { name: 'eventbridge', operations: { PutEvents }, ...NOTHING_ELSE };
}
