/**
 * A journal that tells what machines with a logging configuration are to log: their executions' events, once they are
 * stored, as Step Functions delivers them to CloudWatch Logs. An execution is logged as its machine, or its version, was
 * configured when the execution started; children of a distributed Map as their machine is.
 */
import { type AppliedEvent, renderEvent } from '../../../engine/index.ts';
import type { JournalStore } from '../../journal/journal-store.ts';

/** Takes one event as JSON text, for a log group by its name. */
export type WriteLog = (logGroup: string, event: string) => void;

interface LoggingConfiguration {
  readonly level?: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

interface Target {
  readonly level: 'ALL' | 'ERROR' | 'FATAL';
  readonly includeData: boolean;
  readonly logGroup: string;
}

interface Logged {
  readonly target: Target;
  readonly executionArn: string;
  readonly isExpress: boolean;
  redriveCount: number;
}

type ExecutionEvent = Extract<AppliedEvent, { readonly stream: 'execution' }>;

/** What each level takes, beside ALL, which takes everything. */
const TAKEN = {
  FATAL: /^Execution(Aborted|Failed|TimedOut)$/,
  ERROR: /(Aborted|Failed|TimedOut)$|^FailStateEntered$/,
} as const;
const LAST = /^Execution(Aborted|Failed|Succeeded|TimedOut)$/;

export function logged(journal: JournalStore, write: WriteLog): JournalStore {
  const targets = new Targets();
  return {
    generation: journal.generation,
    lastMs: journal.lastMs,
    largestGroup: journal.largestGroup,
    append(batches) {
      journal.append(batches);
      for (const { events } of batches) for (const event of events) take(targets, event, write);
    },
    *load() {
      for (const batch of journal.load()) {
        for (const event of batch.events) take(targets, event);
        yield batch;
      }
    },
    close: () => journal.close(),
  };
}

/** Without `write` the event was logged by an earlier process. */
function take(targets: Targets, event: AppliedEvent, write?: WriteLog): void {
  if (event.stream === 'account') {
    targets.fold(event.event);
    return;
  }
  const { serial, record } = event;
  const execution = targets.executions.get(serial);
  if (execution === undefined) return;
  if (record.type === 'ExecutionRedriven') execution.redriveCount = record.details.redriveCount;
  if (write !== undefined) writeEvent(execution, record, write);
  // Only these are not redriven under their ARN.
  if (execution.isExpress && LAST.test(record.type)) targets.executions.delete(serial);
}

function writeEvent(
  { target, executionArn, redriveCount }: Logged,
  record: ExecutionEvent['record'],
  write: WriteLog,
): void {
  const { level, includeData, logGroup } = target;
  if (level !== 'ALL' && !TAKEN[level].test(record.type)) return;
  const rendered = renderEvent(record, includeData);
  if (rendered === undefined) return;
  const { id, type, previousEventId, timestamp, ...details } = rendered;
  const event = {
    id: String(id),
    type,
    details: Object.values(details)[0] ?? {},
    previous_event_id: String(previousEventId),
    event_timestamp: String(timestamp.getTime()),
    execution_arn: executionArn,
    redrive_count: String(redriveCount),
  };
  write(logGroup, JSON.stringify(event));
}

/** Where the executions that are known log; what is not logged has no entry. */
class Targets {
  /** By machine, and by machine and number for versions. */
  readonly #machines = new Map<string, Target>();
  readonly executions = new Map<number, Logged>();

  fold(event: Extract<AppliedEvent, { readonly stream: 'account' }>['event']): void {
    switch (event.type) {
      case 'StateMachineSaved':
        this.#set(event.arn, targetOf(event.settings.loggingConfiguration));
        return;
      case 'VersionPublished':
        this.#set(`${event.machineArn}:${event.number}`, this.#machines.get(event.machineArn));
        return;
      case 'ExecutionCreated': {
        const { serial, arn: executionArn, machineArn, version, express } = event;
        // A child of a distributed Map runs `machine/label`.
        const [machine = ''] = machineArn.split('/');
        const target = this.#machines.get(version === undefined ? machine : `${machine}:${version}`);
        if (target === undefined) return;
        this.executions.set(serial, { target, executionArn, isExpress: express !== undefined, redriveCount: 0 });
        return;
      }
      default:
    }
  }

  #set(machine: string, target: Target | undefined): void {
    if (target === undefined) this.#machines.delete(machine);
    else this.#machines.set(machine, target);
  }
}

/** undefined for a machine that does not log. */
function targetOf(configuration: object): Target | undefined {
  const { level = 'OFF', includeExecutionData = false, destinations = [] } = configuration as LoggingConfiguration;
  const logGroup = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn?.split(':')[6];
  if (level === 'OFF' || logGroup === undefined) return undefined;
  return { level, includeData: includeExecutionData, logGroup };
}
