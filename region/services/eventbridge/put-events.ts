/**
 * `PutEvents` and its twin, the delivery of an event to a bus by a pipe or by a rule of another bus. Entries fail one
 * by one; only a malformed request fails as a whole.
 */
import { AwsError } from '../../errors.ts';
import type { CallContext, Delivery, Permission, RegionPorts } from '../../service.ts';
import { byteLength, type EventEnvelope, isoSeconds } from './envelope.ts';
import { isObject } from './known-fields.ts';
import type { Bus, EventBridgeStore } from './store.ts';

const MAXIMUM_ENTRIES = 10;
const MAXIMUM_BYTES = 262_144;
const CHUNK_BYTES = 65_536;

export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  /** JSON text of an object. */
  readonly Detail?: string;
  readonly EventBusName?: string;
  readonly Resources?: readonly string[];
  readonly Time?: Date | string | number;
  readonly TraceHeader?: string;
}

export interface PutEventsInput {
  readonly Entries?: readonly PutEventsEntry[];
}

export interface PutEventsOutput {
  readonly FailedEntryCount: number;
  readonly Entries: readonly { EventId?: string; ErrorCode?: string; ErrorMessage?: string }[];
}

/** Throws `ValidationException` for no entries, more than ten, or more than 256 KiB in all. */
export function putEvents(
  ports: RegionPorts,
  store: EventBridgeStore,
  input: PutEventsInput,
  context: CallContext,
): PutEventsOutput {
  const entries = input.Entries ?? [];
  if (entries.length < 1 || entries.length > MAXIMUM_ENTRIES) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${MAXIMUM_ENTRIES}`,
    );
  }
  if (entries.reduce((sum, entry) => sum + entryBytes(entry), 0) >= MAXIMUM_BYTES) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  const fromService = context.principal.kind === 'service';
  const results = entries.map((entry) => {
    try {
      const event = toEvent(ports, entry, fromService);
      const bus = store.bus(entry.EventBusName);
      meterEvent(ports, event, entryBytes(entry));
      store.route(bus, event);
      return { EventId: event.id };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { ErrorCode: error.name, ErrorMessage: error.message };
    }
  });
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

/** How AWS counts an entry: 14 bytes for a time, and the UTF-8 of source, detail type, detail and resources. */
function entryBytes(entry: PutEventsEntry): number {
  let bytes = entry.Time === undefined ? 0 : 14;
  bytes += byteLength(entry.Source ?? '') + byteLength(entry.DetailType ?? '') + byteLength(entry.Detail ?? '');
  for (const resource of entry.Resources ?? []) bytes += byteLength(resource);
  return bytes;
}

/** Events of AWS services are free, `aws.` sources are theirs alone. */
function meterEvent(ports: RegionPorts, event: EventEnvelope, bytes: number): void {
  if (!event.source.startsWith('aws.'))
    ports.meter('eventbridge', 'event', Math.max(1, Math.ceil(bytes / CHUNK_BYTES)));
}

function toEvent(ports: RegionPorts, entry: PutEventsEntry, fromService: boolean): EventEnvelope {
  const { Source: source, DetailType: detailType, Detail: detailText } = entry;
  if (!source) throw requiredArgument('Source');
  if (!detailType) throw requiredArgument('DetailType');
  if (!detailText) throw requiredArgument('Detail');
  if (source.startsWith('aws.') && !fromService) {
    throw new AwsError('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  let detail: unknown;
  try {
    detail = JSON.parse(detailText);
  } catch {
    detail = undefined;
  }
  if (!isObject(detail)) throw new AwsError('MalformedDetail', 'Detail is malformed.');
  return {
    version: '0',
    id: ports.uuid(),
    'detail-type': detailType,
    source,
    account: ports.accountId,
    time: isoSeconds(timeMs(entry.Time, ports.clock.now())),
    region: ports.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

function requiredArgument(name: string): AwsError {
  return new AwsError('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
}

/** A number counts seconds, as on the wire. */
function timeMs(time: PutEventsEntry['Time'], nowMs: number): number {
  if (time === undefined) return nowMs;
  const ms = time instanceof Date ? time.getTime() : typeof time === 'number' ? time * 1000 : Date.parse(time);
  if (Number.isNaN(ms)) throw new AwsError('InvalidArgument', 'Parameter Time is not valid. Reason: not a timestamp.');
  return ms;
}

export function putEventsPermissions(store: EventBridgeStore, input: PutEventsInput): readonly Permission[] {
  const arns = new Set(
    (input.Entries ?? []).map(({ EventBusName: name = 'default' }) =>
      name.startsWith('arn:') ? name : store.arn(`event-bus/${name}`),
    ),
  );
  return [...arns].map((resource) => ({ action: 'events:PutEvents', resource }));
}

/**
 * An event for a bus: from a pipe (`parameters.EventBridgeEventBusParameters` with `DetailType`, `Source`, `Time`,
 * `Resources`; the payload is the detail) or a whole event from a rule of another bus.
 */
export function deliverToBus(ports: RegionPorts, store: EventBridgeStore, delivery: Delivery): void {
  const bus = store.bus(delivery.targetArn);
  if (delivery.principal.kind === 'role') {
    ports.authorize(delivery.principal, [{ action: 'events:PutEvents', resource: bus.arn }]);
  }
  const parameters = delivery.parameters?.['EventBridgeEventBusParameters'];
  if (isObject(parameters)) {
    putFromPipe(ports, store, bus, delivery.payload, parameters);
    return;
  }
  const event = delivery.payload;
  if (!isObject(event) || typeof event['detail-type'] !== 'string' || typeof event['source'] !== 'string') {
    throw new AwsError('ValidationException', `What a bus receives must be an event: ${JSON.stringify(event)}`);
  }
  const envelope = event as unknown as EventEnvelope;
  meterEvent(ports, envelope, byteLength(JSON.stringify(envelope.detail)));
  store.route(bus, envelope);
}

function putFromPipe(
  ports: RegionPorts,
  store: EventBridgeStore,
  bus: Bus,
  payload: unknown,
  parameters: Readonly<Record<string, unknown>>,
): void {
  const { DetailType: detailType, Source: source, Time: time, Resources: resources } = parameters;
  const entry: PutEventsEntry = {
    Source: String(source ?? 'Pipe'),
    DetailType: String(detailType ?? 'Event from Pipe'),
    Detail: JSON.stringify(payload),
    ...(time === undefined ? {} : { Time: String(time) }),
    ...(Array.isArray(resources) ? { Resources: resources.map(String) } : {}),
  };
  const event = toEvent(ports, entry, false);
  meterEvent(ports, event, entryBytes(entry));
  store.route(bus, event);
}
