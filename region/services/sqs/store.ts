/** The queues of the region: found by URL, name or ARN; redriving moves messages between them. */
import type { RegionPorts } from '../../service.ts';
import { queueDoesNotExist } from './errors.ts';
import type { MessageAttributes } from './message.ts';
import { Queue, type QueueDefinition } from './queue.ts';

export const REQUEST_BYTES = 64 * 1024;

export class SqsStore {
  readonly ports: RegionPorts;
  readonly policies: { readonly queueArns: readonly string[]; readonly document: unknown }[] = [];
  readonly #queues = new Map<string, Queue>();

  constructor(ports: RegionPorts) {
    this.ports = ports;
  }

  arnOf(name: string): string {
    const { partition, region, accountId } = this.ports;
    return `arn:${partition}:sqs:${region}:${accountId}:${name}`;
  }

  urlOf(name: string): string {
    return `https://sqs.${this.ports.region}.amazonaws.com/${this.ports.accountId}/${name}`;
  }

  create(definition: QueueDefinition): Queue {
    const queue = new Queue(definition, this.ports, (deadLetterArn, message, sourceArn) => {
      this.byArn(deadLetterArn).adopt(message, sourceArn);
    });
    this.#queues.set(definition.name, queue);
    return queue;
  }

  byName(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw queueDoesNotExist();
    return queue;
  }

  byArn(arn: string): Queue {
    return this.byName(arn.slice(arn.lastIndexOf(':') + 1));
  }

  byUrl(url: string): Queue {
    return this.byName(url.slice(url.lastIndexOf('/') + 1));
  }

  /** Queues in order of name. */
  all(): readonly Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
  }

  /** Counts a request: one for each 64 KB of payload begun. */
  countRequest(bytes = 0): void {
    this.ports.meter('sqs', 'request', Math.max(1, Math.ceil(bytes / REQUEST_BYTES)));
  }
}

/** Message attributes as a Lambda event has them. */
export function lambdaAttributes(attributes: MessageAttributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      {
        ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
        ...(value.BinaryValue === undefined ? {} : { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: value.DataType,
      },
    ]),
  );
}
