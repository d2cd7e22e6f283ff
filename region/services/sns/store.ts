/** Topics, their subscriptions, and the outbox: everything that was published, and to which people it went. */
import { AwsError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import type { NotificationAttributes } from './attributes.ts';
import type { FilterPolicy } from './filter-policy.ts';

export type Protocol = 'lambda' | 'sqs' | 'email' | 'email-json' | 'sms';

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly filterPolicy: FilterPolicy | undefined;
  readonly filterScope: 'MessageAttributes' | 'MessageBody';
  readonly isRaw: boolean;
  readonly deadLetterArn: string | undefined;
}

/** One published message. */
export interface Published {
  /** Absent for a message straight to a phone number. */
  readonly topicArn: string | undefined;
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: NotificationAttributes;
  readonly atMs: number;
  /** The people it left for: endpoints of `email`, `email-json` and `sms`. */
  readonly recipients: readonly { readonly protocol: Protocol; readonly endpoint: string }[];
}

export class SnsStore {
  readonly ports: RegionPorts;
  readonly policies: { readonly topicArns: readonly string[]; readonly document: unknown }[] = [];
  readonly outbox: Published[] = [];
  readonly #topics = new Map<string, Subscription[]>();

  constructor(ports: RegionPorts) {
    this.ports = ports;
  }

  arnOf(name: string): string {
    const { partition, region, accountId } = this.ports;
    return `arn:${partition}:sns:${region}:${accountId}:${name}`;
  }

  createTopic(name: string): string {
    const arn = this.arnOf(name);
    this.#topics.set(arn, []);
    return arn;
  }

  topicArns(): readonly string[] {
    return [...this.#topics.keys()].sort();
  }

  subscriptions(topicArn: string): readonly Subscription[] {
    const subscriptions = this.#topics.get(topicArn);
    if (subscriptions === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    return subscriptions;
  }

  subscribe(subscription: Omit<Subscription, 'arn'>): Subscription {
    this.subscriptions(subscription.topicArn);
    const created = { ...subscription, arn: `${subscription.topicArn}:${this.ports.uuid()}` };
    this.#topics.get(subscription.topicArn)?.push(created);
    return created;
  }
}
