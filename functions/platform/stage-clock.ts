/**
 * The SLA clock on the order record: deadlines are absolute times, set when a stage begins, and a breach fires once
 * per stage and promise version, by whoever sees it first: the change that ends the stage too late, or the watch.
 */
import { type OrderStatus, type Stage, slaPolicy, stageDeadline, stageOfStatus } from '../../domain/index.ts';
import type { OrderEventFacts } from './order-record.ts';
import type { Breach, OrderRecord } from './tables.ts';

export interface ClockChange {
  readonly set: Pick<OrderRecord, 'deadlines' | 'breaches'> & {
    readonly dueShard: 'DUE' | undefined;
    readonly dueAt: string | undefined;
  };
  readonly events: readonly OrderEventFacts[];
}

/** The attributes that index an order by its earliest open deadline; both undefined when none is open. */
export function dueOf(deadlines: OrderRecord['deadlines']): { dueShard: 'DUE' | undefined; dueAt: string | undefined } {
  const dueAt = Object.values(deadlines).sort()[0];
  return { dueShard: dueAt === undefined ? undefined : 'DUE', dueAt };
}

/** The breach of one stage and its event; nothing when it has fired before under this promise version. */
export function breachOf(
  record: Pick<OrderRecord, 'breaches' | 'promise' | 'status'>,
  stage: string,
  deadline: string,
  firedAt: string,
): { readonly breach: Breach; readonly event: OrderEventFacts } | undefined {
  const promiseVersion = record.promise.version;
  if (record.breaches.some((fired) => fired.stage === stage && fired.promiseVersion === promiseVersion))
    return undefined;
  const event: OrderEventFacts = {
    key: `SlaBreached#${stage}#v${promiseVersion}`,
    detailType: 'SlaBreached',
    status: record.status,
    at: firedAt,
    cause: `stage ${stage} passed its deadline ${deadline}`,
    facts: { stage, deadline },
  };
  return { breach: { stage, deadline, promiseVersion, firedAt }, event };
}

/** The stage a status belongs to ends at `at`; the stage of `next` begins. The promise's own deadline stays open. */
export function advanceClock(record: OrderRecord, next: OrderStatus, at: string): ClockChange {
  const ending = stageOfStatus(record.status);
  const beginning = stageOfStatus(next);
  const deadlines: Record<string, string> = { ...record.deadlines };
  const breaches = [...record.breaches];
  const events: OrderEventFacts[] = [];
  if (ending !== beginning) {
    for (const stage of endedStages(record, beginning)) {
      const deadline = deadlines[stage];
      delete deadlines[stage];
      if (deadline === undefined || at <= deadline) continue;
      const fired = breachOf(record, stage, deadline, at);
      if (fired === undefined) continue;
      breaches.push(fired.breach);
      events.push(fired.event);
    }
  }
  if (beginning === undefined) for (const stage of Object.keys(deadlines)) delete deadlines[stage];
  else if (ending !== beginning && beginning !== 'deliver') {
    deadlines[beginning] = stageDeadline(slaPolicy(record.tier), beginning, { beganAt: at, promise: record.promise });
  }
  return { set: { deadlines, breaches, ...dueOf(deadlines) }, events };
}

/** Open stages that the change ends: all but the delivery promise, which only a delivery or the order's end closes. */
function endedStages(record: OrderRecord, beginning: Stage | undefined): readonly string[] {
  return Object.keys(record.deadlines).filter(
    (stage) => stage !== 'deliver' || beginning === 'close' || beginning === undefined,
  );
}
