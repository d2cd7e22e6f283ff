/** A span as plain data, before it is a span of OpenTelemetry. Times are ISO 8601 UTC with milliseconds. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: SpanAttributes;
}

export interface SpanMoment {
  readonly name: string;
  readonly at: string;
  readonly attributes: SpanAttributes;
}

export interface SpanData {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** `internal` for executions and states, `client` for the attempts of a task. */
  readonly kind: 'internal' | 'client';
  readonly from: string;
  /** Time of looking for what has not ended. */
  readonly to: string;
  readonly isOpen: boolean;
  readonly attributes: SpanAttributes;
  readonly links: readonly SpanLink[];
  readonly moments: readonly SpanMoment[];
  /** Present when it failed. */
  readonly failure?: { readonly type: string; readonly message: string };
  /** What it runs on: attributes of the resource, the same for all spans of an execution. */
  readonly resource: SpanAttributes;
}
