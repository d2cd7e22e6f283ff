/** Things, certificates, policies, topic rules and connections of IoT Core, and the broker between them. */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { Principal, RegionPorts } from '../../service.ts';
import type { Message } from './expression.ts';
import type { RuleAction, TopicRule } from './rule.ts';
import type { TopicFilter } from './topic.ts';

export interface Certificate {
  readonly id: string;
  readonly arn: string;
  readonly policies: Set<string>;
  readonly things: Set<string>;
  active: boolean;
}

export interface Thing {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicSubscriber {
  readonly filter: TopicFilter;
  /** Evaluated on each message: `iot:Receive`. */
  readonly mayReceive: (topic: string) => boolean;
  readonly onMessage: (topic: string, payload: string) => void | Promise<void>;
}

const MESSAGE_CHUNK_BYTES = 5 * 1024;
const MAXIMUM_BYTES = 128 * 1024;

export class IotStore {
  readonly things = new Map<string, Thing>();
  readonly certificates = new Map<string, Certificate>();
  readonly policies = new Map<string, unknown>();
  readonly rules: TopicRule[] = [];
  readonly subscribers = new Set<TopicSubscriber>();
  readonly #ports: RegionPorts;

  constructor(ports: RegionPorts) {
    this.#ports = ports;
  }

  arn(resource: string): string {
    return `arn:${this.#ports.partition}:iot:${this.#ports.region}:${this.#ports.accountId}:${resource}`;
  }

  certificate(arnOrId: string): Certificate {
    const certificate = this.certificates.get(arnOrId.slice(arnOrId.lastIndexOf('/') + 1));
    if (certificate === undefined) throw notFound(`Certificate ${arnOrId}`);
    return certificate;
  }

  thing(name: string): Thing {
    const thing = this.things.get(name);
    if (thing === undefined) throw notFound(`Thing ${name}`);
    return thing;
  }

  /** Takes a message: rules and subscribers run outside the publisher's call. */
  publish(topic: string, payload: Uint8Array | string, clientId: string | undefined): void {
    const text = typeof payload === 'string' ? payload : Buffer.from(payload).toString('utf8');
    const bytes = Buffer.byteLength(text);
    if (bytes > MAXIMUM_BYTES) {
      throw new AwsError(
        'RequestEntityTooLargeException',
        `Payload of ${bytes} bytes exceeds the limit of ${MAXIMUM_BYTES}.`,
        413,
      );
    }
    this.#ports.meter('iot', 'message', Math.max(1, Math.ceil(bytes / MESSAGE_CHUNK_BYTES)));
    const segments = topic.split('/');
    for (const subscriber of this.subscribers) {
      if (!subscriber.filter(segments) || !subscriber.mayReceive(topic)) continue;
      this.#ports.spawn(() => subscriber.onMessage(topic, text));
    }
    let message: Message | undefined;
    for (const rule of this.rules) {
      if (!rule.enabled || !rule.selection.filter(segments)) continue;
      message ??= {
        topic,
        segments,
        clientId,
        body: parseBody(text),
        receivedMs: this.#ports.clock.now(),
        newUuid: () => this.#ports.uuid(),
      };
      this.#apply(rule, message, text);
    }
  }

  #apply(rule: TopicRule, message: Message, text: string): void {
    this.#ports.meter('iot', 'ruleTriggered', 1);
    if (!rule.selection.admits(message)) return;
    const selected = JSON.stringify(rule.selection.select(message));
    for (const action of rule.actions) {
      this.#ports.meter('iot', 'ruleAction', 1);
      this.#ports.spawn(() => this.#act(rule, action, message, selected, text));
    }
  }

  async #act(rule: TopicRule, action: RuleAction, message: Message, selected: string, original: string): Promise<void> {
    try {
      await this.#send(action, message, selected);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#ports.log('warn', 'topic rule action failed', {
        rule: rule.name,
        action: action.kind,
        error: error.name,
        cause: error.message,
      });
      if (rule.errorAction === undefined) return;
      const failure = {
        ruleName: rule.name,
        topic: message.topic,
        clientId: message.clientId ?? 'N/A',
        base64OriginalPayload: Buffer.from(original).toString('base64'),
        failures: [
          { failedAction: FAILED_ACTION[action.kind], failedResource: resourceOf(action), errorMessage: error.message },
        ],
      };
      await this.#send(rule.errorAction, message, JSON.stringify(failure));
    }
  }

  async #send(action: RuleAction, message: Message, data: string): Promise<void> {
    switch (action.kind) {
      case 'kinesis': {
        const input = {
          StreamName: action.streamName,
          PartitionKey: action.partitionKey(message),
          Data: Buffer.from(data),
        };
        await this.#ports.call('kinesis', 'PutRecord', input, role(action.roleArn));
        return;
      }
      case 'sqs':
        await this.#ports.call(
          'sqs',
          'SendMessage',
          { QueueUrl: action.queueUrl, MessageBody: data },
          role(action.roleArn),
        );
        return;
      case 'lambda':
        await this.#ports.call(
          'lambda',
          'Invoke',
          { FunctionName: action.functionArn, InvocationType: 'Event', Payload: Buffer.from(data) },
          { kind: 'service', service: 'iot.amazonaws.com' },
        );
        return;
      default:
        throw new UnknownToRegionError('rule action', rule(action), 'use kinesis, sqs or lambda');
    }
  }
}

const FAILED_ACTION = { kinesis: 'KinesisAction', lambda: 'LambdaAction', sqs: 'SqsAction' } as const;

function rule(action: never): string {
  return JSON.stringify(action);
}

function role(arn: string): Principal {
  return { kind: 'role', arn };
}

function resourceOf(action: RuleAction): string {
  if (action.kind === 'kinesis') return action.streamName;
  return action.kind === 'sqs' ? action.queueUrl : action.functionArn;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} was not found.`, 404);
}
