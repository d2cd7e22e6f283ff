/** What a run tells of production: how near to Step Functions' limits it came, and what it costs. */

import type { HistoryEvent } from '../history/render.ts';
import { utf8Bytes } from '../json.ts';
import { type HistoryInput, type RecordedEvent, readHistory, textOf } from './recorded-history.ts';

const MAX_EVENTS = 25_000;
const MAX_PAYLOAD_BYTES = 262_144;
/** AWS's list price for Standard workflows in most regions, in dollars per state transition. */
const DOLLARS_PER_TRANSITION = 0.000025;
/** From here on a limit is worth a warning. */
const WARNING_SHARE = 0.8;

export interface ForecastOptions {
  /** 0.000025 if absent: the list price in most regions. */
  readonly dollarsPerTransition?: number;
  /** How often the machine is going to run; 1 if absent. */
  readonly executions?: number;
}
export interface Forecast {
  readonly events: { readonly count: number; readonly limit: number; readonly share: number };
  readonly largestPayload: {
    readonly bytes: number;
    readonly limit: number;
    readonly share: number;
    readonly eventId: number;
    readonly field: string;
  };
  readonly transitions: { readonly total: number; readonly retries: number };
  /** Of all `executions`. */
  readonly dollars: number;
  /** Sentences about limits that are near. */
  readonly warnings: readonly string[];
}

type Typed = Pick<RecordedEvent, 'id' | 'type' | 'previousEventId'> | HistoryEvent;

/** States entered, and what is scheduled or started again because of a retry. */
export function transitionsOf(events: readonly Typed[]): { total: number; retries: number } {
  const byId = new Map(events.map((event) => [event.id, event.type]));
  const entered = events.filter(({ type }) => type.endsWith('StateEntered')).length;
  const begins = /^((Task|LambdaFunction|Activity)Scheduled|(Parallel|Map)StateStarted)$/;
  const retries = events.filter(
    ({ type, previousEventId }) => begins.test(type) && byId.get(previousEventId)?.endsWith('StateEntered') !== true,
  ).length;
  return { total: entered + retries, retries };
}

/** @throws KitError for what is no complete history */
export function forecast(history: HistoryInput, options: ForecastOptions = {}): Forecast {
  const { dollarsPerTransition = DOLLARS_PER_TRANSITION, executions = 1 } = options;
  const events = readHistory(history);
  const largest = largestOf(events);
  const transitions = transitionsOf(events);
  const eventShare = events.length / MAX_EVENTS;
  const share = largest.bytes / MAX_PAYLOAD_BYTES;
  const warnings = [
    ...(eventShare >= WARNING_SHARE
      ? [`${events.length} events of ${MAX_EVENTS}: continue in a new execution, or put Map iterations into children`]
      : []),
    ...(share >= WARNING_SHARE
      ? [
          `${largest.bytes} bytes of ${MAX_PAYLOAD_BYTES} in ${largest.field} of event ${largest.eventId}: pass a key instead`,
        ]
      : []),
  ];
  return {
    events: { count: events.length, limit: MAX_EVENTS, share: eventShare },
    largestPayload: { ...largest, limit: MAX_PAYLOAD_BYTES, share },
    transitions,
    dollars: transitions.total * dollarsPerTransition * executions,
    warnings,
  };
}

function largestOf(events: readonly RecordedEvent[]): { bytes: number; eventId: number; field: string } {
  let largest = { bytes: 0, eventId: 0, field: '' };
  for (const event of events) {
    for (const field of ['input', 'output', 'parameters']) {
      const text = textOf(event, field);
      if (text === undefined || text.length * 3 <= largest.bytes) continue;
      const bytes = utf8Bytes(text);
      if (bytes > largest.bytes) largest = { bytes, eventId: event.id, field };
    }
  }
  return largest;
}

/** The forecast as lines of text. */
export function forecastText({ events, largestPayload, transitions, dollars, warnings }: Forecast): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    `events           ${events.count} of ${events.limit} (${percent(events.share)})`,
    `largest payload  ${largestPayload.bytes} of ${largestPayload.limit} bytes (${percent(largestPayload.share)}), ${largestPayload.field} of event ${largestPayload.eventId}`,
    `transitions      ${transitions.total}, of these ${transitions.retries} retries`,
    `dollars          ${dollars.toFixed(6)}`,
    ...warnings.map((warning) => `warning          ${warning}`),
    '',
  ].join('\n');
}
