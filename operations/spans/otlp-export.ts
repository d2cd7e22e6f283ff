/**
 * Sends spans to an OTLP endpoint by OpenTelemetry's own exporter, as OTLP/HTTP in JSON. The spans are made whole from the
 * events of histories: no tracer runs, and no clock is read.
 */
import { type Attributes, type HrTime, type Link, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { OperationError } from '../operation-error.ts';
import type { SpanData, SpanLink } from './span-model.ts';

export interface OtlpTarget {
  /** Of the collector, e.g. `http://127.0.0.1:4318`; `/v1/traces` is added where it has no path. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Spans in one request. */
const BATCH = 512;
const TIMEOUT_MS = 10_000;
const SCOPE = { name: 'perfect-order', version: '1' };
const TRACES_PATH = '/v1/traces';

export interface OtlpSender {
  /** @throws OperationError UNREACHABLE when the endpoint refuses the spans or does not answer */
  send(spans: readonly SpanData[]): Promise<void>;
  close(): Promise<void>;
}

export function openOtlp({ url, headers = {} }: OtlpTarget): OtlpSender {
  const address = addressOf(url);
  const exporter = new OTLPTraceExporter({ url: address, headers: { ...headers }, timeoutMillis: TIMEOUT_MS });
  const resources = new Map<string, Resource>();
  return {
    send: async (spans) => {
      for (let from = 0; from < spans.length; from += BATCH) {
        const batch = spans.slice(from, from + BATCH).map((span) => readable(span, resources));
        await new Promise<void>((resolve, reject) => {
          exporter.export(batch, ({ code, error }) => {
            if (code === 0) resolve();
            else reject(refused(address, error));
          });
        });
      }
    },
    close: () => exporter.shutdown(),
  };
}

function addressOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new OperationError('BAD_INPUT', `'${url}' is no address`, 'Give one like http://127.0.0.1:4318.');
  }
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = TRACES_PATH;
  return parsed.href;
}

function refused(address: string, error: Error | undefined): OperationError {
  const why = error === undefined || error.message === '' ? 'no answer' : error.message;
  const remedy = 'Check that a collector takes OTLP over HTTP there; what was sent may be sent again.';
  return new OperationError('UNREACHABLE', `${address} did not take the spans: ${why}`, remedy, { cause: error });
}

const STATUS_MESSAGE_LENGTH = 1_000;

/** Spans of one resource are sent together by the identity of its object. */
function readable(span: SpanData, resources: Map<string, Resource>): ReadableSpan {
  const { traceId, spanId, parentSpanId, name, kind, from, to, failure, links, moments, isOpen } = span;
  const key = JSON.stringify(span.resource);
  const resource = resources.get(key) ?? resourceFromAttributes(span.resource);
  resources.set(key, resource);
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
  const attributes: Attributes = {
    ...span.attributes,
    ...(failure === undefined ? {} : { 'error.type': failure.type }),
    ...(isOpen ? { 'perfect_order.is_open': true } : {}),
  };
  return {
    name,
    kind: kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parentSpanId === undefined
      ? {}
      : { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED } }),
    startTime: hrTime(Date.parse(from)),
    endTime: hrTime(Date.parse(to)),
    duration: hrTime(Date.parse(to) - Date.parse(from)),
    status:
      failure === undefined
        ? { code: SpanStatusCode.UNSET }
        : {
            code: SpanStatusCode.ERROR,
            message: `${failure.type}: ${failure.message}`.slice(0, STATUS_MESSAGE_LENGTH),
          },
    attributes,
    links: links.map(readableLink),
    events: moments.map(({ name: event, at, attributes: facts }) => ({
      name: event,
      time: hrTime(Date.parse(at)),
      attributes: { ...facts },
    })),
    ended: true,
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

const readableLink = ({ traceId, spanId, attributes }: SpanLink): Link => ({
  context: { traceId, spanId, traceFlags: TraceFlags.SAMPLED },
  attributes: { ...attributes },
});

/** Seconds and nanoseconds. */
const hrTime = (ms: number): HrTime => [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000_000)];
