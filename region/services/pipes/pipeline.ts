/**
 * What happens to a batch after it was read: filter, enrich, shape, deliver. The pollers of streams and queues decide
 * what a failure means for their source.
 */
import { AwsError } from '../../errors.ts';
import type { Principal, RegionPorts } from '../../service.ts';
import { byteLength } from '../eventbridge/envelope.ts';
import { compilePath } from '../eventbridge/json-path.ts';
import { type Fields, isObject } from '../eventbridge/known-fields.ts';
import { fillTemplate } from '../eventbridge/template.ts';
import type { PipeDefinition } from './definition.ts';

const CHUNK_BYTES = 65_536;

/** How many events of the batch, from its beginning, need not be sent again when delivery stops on an error. */
export class PartialDelivery extends Error {
  readonly delivered: number;
  override readonly cause: AwsError;

  constructor(delivered: number, cause: AwsError) {
    super(cause.message);
    this.name = 'PartialDelivery';
    this.delivered = delivered;
    this.cause = cause;
  }
}

export class Pipeline {
  readonly definition: PipeDefinition;
  readonly principal: Principal;
  readonly #ports: RegionPorts;

  constructor(ports: RegionPorts, definition: PipeDefinition) {
    this.#ports = ports;
    this.definition = definition;
    this.principal = { kind: 'role', arn: definition.roleArn };
  }

  /**
   * Sends a batch on its way.
   * Throws `PartialDelivery` when the target or the enrichment refused; the count refers to `events`.
   */
  async process(events: readonly Fields[]): Promise<void> {
    const { filters } = this.definition.source;
    const passed: Fields[] = [];
    const positions: number[] = [];
    for (const [index, event] of events.entries()) {
      const view = parsedView(event);
      if (filters.length > 0 && !filters.some((matches) => matches(view))) continue;
      passed.push(event);
      positions.push(index);
    }
    if (passed.length === 0) return;
    this.#ports.meter('pipes', 'request', Math.ceil(byteLength(JSON.stringify(passed)) / CHUNK_BYTES));
    const enriched = await this.#enrich(passed).catch(restartFrom(0));
    if (this.definition.wholeBatch) {
      if (enriched.length > 0) await this.#deliverBatch(enriched).catch(restartFrom(0));
      return;
    }
    // An enrichment may change how many events there are; only without one can a part of the batch be left out.
    const resume = (index: number) => (this.definition.enrichment === undefined ? (positions[index] ?? 0) : 0);
    for (const [index, event] of enriched.entries()) {
      await this.#deliverOne(event).catch(restartFrom(resume(index)));
    }
  }

  async #enrich(events: readonly Fields[]): Promise<readonly unknown[]> {
    const { enrichment } = this.definition;
    if (enrichment === undefined) return events;
    const input = events.map((event) => this.#shape(event, enrichment.inputTemplate));
    const answer = await this.#ports.call(
      'lambda',
      'Invoke',
      { FunctionName: enrichment.arn, Payload: Buffer.from(JSON.stringify(input)) },
      this.principal,
    );
    const { Payload: payload, FunctionError: functionError } = isObject(answer) ? answer : {};
    const text = payload === undefined ? 'null' : Buffer.from(payload as Uint8Array).toString('utf8');
    if (functionError !== undefined) throw new AwsError('EnrichmentFailed', text);
    const result: unknown = JSON.parse(text);
    if (result === null) return [];
    return Array.isArray(result) ? result : [result];
  }

  #deliverOne(event: unknown): Promise<void> {
    return this.#send(this.#shape(event, this.definition.inputTemplate), event);
  }

  #deliverBatch(events: readonly unknown[]): Promise<void> {
    const payload = events.map((event) => this.#shape(event, this.definition.inputTemplate));
    return this.#send(payload, events[0]);
  }

  #send(payload: unknown, event: unknown): Promise<void> {
    return this.#ports.deliver({
      targetArn: this.definition.targetArn,
      payload,
      principal: this.principal,
      parameters: this.definition.parametersFor(parsedView(event)),
    });
  }

  #shape(event: unknown, template: string | undefined): unknown {
    if (template === undefined) return event;
    const view = parsedView(event);
    return fillTemplate(template, (name) => this.#variable(name, event, view));
  }

  #variable(name: string, event: unknown, view: unknown): unknown {
    if (name.startsWith('$')) return compilePath(name)(view);
    switch (name) {
      case 'aws.pipes.pipe-arn':
        return this.definition.arn;
      case 'aws.pipes.pipe-name':
        return this.definition.name;
      case 'aws.pipes.source-arn':
        return this.definition.source.arn;
      case 'aws.pipes.target-arn':
        return this.definition.targetArn;
      case 'aws.pipes.event.ingestion-time':
        return new Date(this.#ports.clock.now()).toISOString();
      case 'aws.pipes.event':
        return event;
      case 'aws.pipes.event.json':
        return view;
      default:
        throw new AwsError('ValidationException', `Pipe ${this.definition.name}: unknown variable <${name}>`);
    }
  }
}

function restartFrom(delivered: number): (error: unknown) => never {
  return (error) => {
    throw error instanceof AwsError ? new PartialDelivery(delivered, error) : error;
  };
}

/** The event as filters and paths see it: JSON in a queue's `body` or a Kinesis record's `data` is opened. */
function parsedView(event: unknown): unknown {
  if (!isObject(event)) return event;
  if (typeof event['body'] === 'string') return opened(event, 'body', event['body']);
  if (typeof event['data'] === 'string' && event['eventSource'] === 'aws:kinesis') {
    return opened(event, 'data', Buffer.from(event['data'], 'base64').toString('utf8'));
  }
  return event;
}

function opened(event: Fields, name: string, text: string): unknown {
  try {
    return { ...event, [name]: JSON.parse(text) as unknown };
  } catch {
    return event;
  }
}
