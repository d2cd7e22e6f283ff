/**
 * Ids of traces and spans, made from what they stand for: an execution, a state in it by the event that entered it, an
 * attempt by its number. An execution that is exported twice is the same trace, and a link needs no more of its target
 * than the ARN.
 */
import { createHash } from 'node:crypto';

const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

function hexOf(digits: number, ...parts: readonly (string | number)[]): string {
  const text = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, digits);
  // All zeros is the one id that OpenTelemetry calls invalid.
  return /^0+$/.test(text) ? `${text.slice(1)}1` : text;
}

/** An order is one trace, however often it was resumed; any other execution is a trace of its own. */
export interface TraceOf {
  readonly executionArn: string;
  readonly orderId?: string;
}

/** `arn:aws:states:REGION:ACCOUNT` */
const placeOf = (executionArn: string): string => executionArn.split(':').slice(0, 5).join(':');

export const traceIdOf = ({ executionArn, orderId }: TraceOf): string =>
  orderId === undefined
    ? hexOf(TRACE_ID_DIGITS, 'execution', executionArn)
    : hexOf(TRACE_ID_DIGITS, 'order', placeOf(executionArn), orderId);

export const executionSpanId = (executionArn: string): string => hexOf(SPAN_ID_DIGITS, 'execution', executionArn);
export const visitSpanId = (executionArn: string, enteredEventId: number): string =>
  hexOf(SPAN_ID_DIGITS, 'state', executionArn, enteredEventId);
export const attemptSpanId = (executionArn: string, enteredEventId: number, number: number): string =>
  hexOf(SPAN_ID_DIGITS, 'attempt', executionArn, enteredEventId, number);
