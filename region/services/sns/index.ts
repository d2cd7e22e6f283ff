/**
 * Amazon SNS: topics with subscriptions of queues, functions and people, filter policies, and an outbox in which a
 * simulation sees what left for people.
 */
import type { RegionPorts, Service } from '../../service.ts';
import { type Members, members, withKnownMembers } from '../known-members.ts';
import { type PublishBatchInput, type PublishInput, publish, publishBatch } from './publish.ts';
import { type Published, SnsStore } from './store.ts';
import { topicHandlers } from './topic-resource.ts';

export interface Sns extends Service {
  readonly inspect: {
    /** What was published to a topic, in order; without an ARN, to all topics and phone numbers. */
    readonly published: (topicArn?: string) => readonly Published[];
    readonly topicArns: () => readonly string[];
    readonly policies: () => SnsStore['policies'];
  };
}

const ENTRY = ['Message', 'Subject', 'MessageStructure', 'MessageAttributes'];

const MEMBERS: Readonly<Record<string, Members>> = {
  Publish: members(['TopicArn', 'TargetArn', 'PhoneNumber', ...ENTRY]),
  PublishBatch: members(['TopicArn'], { PublishBatchRequestEntries: members(['Id', ...ENTRY]) }),
};

/** Meters `publish`: one for each 64 KB of message begun. */
export function createSns(ports: RegionPorts): Sns {
  const store = new SnsStore(ports);
  return {
    name: 'sns',
    operations: withKnownMembers('sns', MEMBERS, {
      Publish: (input: PublishInput) => publish(store, input),
      PublishBatch: (input: PublishBatchInput) => publishBatch(store, input),
      ListTopics: () => ({ Topics: store.topicArns().map((TopicArn) => ({ TopicArn })) }),
    }),
    resources: topicHandlers(store),
    permissions: {
      Publish: (input: PublishInput) => [{ action: 'sns:Publish', resource: input.TopicArn ?? input.TargetArn ?? '*' }],
      PublishBatch: (input: PublishBatchInput) => [{ action: 'sns:Publish', resource: input.TopicArn }],
      ListTopics: () => [{ action: 'sns:ListTopics', resource: '*' }],
    },
    delivers: ['sns'],
    deliver: ({ targetArn, payload, principal }) => {
      if (principal.kind === 'role') {
        ports.authorize(principal, [{ action: 'sns:Publish', resource: targetArn }]);
      }
      publish(store, { TopicArn: targetArn, Message: typeof payload === 'string' ? payload : JSON.stringify(payload) });
    },
    inspect: {
      published: (topicArn) =>
        topicArn === undefined ? store.outbox : store.outbox.filter((one) => one.topicArn === topicArn),
      topicArns: () => store.topicArns(),
      policies: () => store.policies,
    },
  };
}
