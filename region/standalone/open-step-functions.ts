/**
 * Step Functions by itself: a region without templates, whose machines and executions are kept in a journal and go on
 * with the next start. Tasks are answered by mocks or by services elsewhere.
 */
import type { CorePorts } from '../core-ports.ts';
import { AwsError } from '../errors.ts';
import type { JournalStore } from '../journal/journal-store.ts';
import { type LogRecord, openRegion, type Region } from '../region.ts';
import type { Service } from '../service.ts';
import type { ClockSettings } from '../virtual-clock.ts';
import {
  absentService,
  type Credentials,
  FORWARDED_NAMES,
  type ForwardedName,
  forwardTo,
  statusChangesOnly,
} from './forwarded-service.ts';
import { localTasks } from './local-tasks.ts';
import { MockConfig } from './mock-config.ts';

export interface StepFunctionsServer {
  /** Closed with the region, also when it cannot be opened. */
  readonly journal: JournalStore;
  /** Starts where the journal ends if that is later. */
  readonly clock: ClockSettings;
  /** How long a Wait state takes, as a part of what it says; 0 skips waits. */
  readonly waitTimeScale?: number;
  /** Text of a MockConfigFile. */
  readonly mocks?: string;
  /** URLs of the services that tasks call. */
  readonly endpoints?: Partial<Readonly<Record<ForwardedName, string>>>;
  /** With which they are called; any by default. */
  readonly credentials?: Credentials;
  readonly accountId?: string;
  readonly region?: string;
  /** Services in the place of absent ones. */
  readonly services?: readonly ((ports: CorePorts) => Service)[];
  readonly log?: (record: LogRecord) => void;
}

/** As Step Functions Local has them. */
const DEFAULTS = { accountId: '123456789012', region: 'us-east-1' };
const ANY: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
/** Of the region's services, those that tasks would find empty. */
const ABSENT = ['kinesis', 'ecs', 'iotdataplane', 'appsync', 'neptunedata'];

/**
 * The region is to be run for time to pass.
 * @throws JournalError for a journal that cannot be read, KitError for mocks that cannot
 */
export async function openStepFunctions(settings: StepFunctionsServer): Promise<Region> {
  const { journal, clock, waitTimeScale = 1, endpoints = {}, credentials = ANY, log } = settings;
  const { accountId = DEFAULTS.accountId, region = DEFAULTS.region, services = [] } = settings;
  try {
    const mocks = settings.mocks === undefined ? undefined : new MockConfig(settings.mocks);
    const elsewhere = await Promise.all(
      FORWARDED_NAMES.map((name) => {
        const endpoint = endpoints[name];
        return endpoint === undefined ? absentService(name) : forwardTo(name, endpoint, credentials);
      }),
    );
    return await openRegion({
      assembly: [],
      clock,
      seed: 1,
      accountId,
      region,
      services: [...elsewhere, ...ABSENT.map(absentService), statusChangesOnly, ...services],
      stepFunctions: {
        journal,
        waitTimeScale,
        executionLogs: true,
        tasks: localTasks(mocks),
        checkTestCase: (arn, testCase) => (mocks === undefined ? refuse(testCase) : mocks.check(arn, testCase)),
      },
      ...(log && { log }),
    });
  } catch (error) {
    journal.close();
    throw error;
  }
}

function refuse(testCase: string): never {
  throw new AwsError('ValidationException', `Test case '${testCase}': there are none; start with --mocks FILE`);
}
