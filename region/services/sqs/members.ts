/** The members of the inputs of SQS that the region honours. */
import { type Members, members } from '../known-members.ts';

const BODY = ['MessageBody', 'DelaySeconds', 'MessageAttributes', 'MessageGroupId', 'MessageDeduplicationId'];
const SYSTEM = { MessageSystemAttributes: members(['AWSTraceHeader']) };

export const SQS_MEMBERS: Readonly<Record<string, Members>> = {
  SendMessage: members(['QueueUrl', ...BODY], SYSTEM),
  SendMessageBatch: members(['QueueUrl'], { Entries: members(['Id', ...BODY], SYSTEM) }),
  ReceiveMessage: members([
    'QueueUrl',
    'MaxNumberOfMessages',
    'VisibilityTimeout',
    'WaitTimeSeconds',
    'MessageAttributeNames',
    'AttributeNames',
    'MessageSystemAttributeNames',
  ]),
  DeleteMessage: members(['QueueUrl', 'ReceiptHandle']),
  DeleteMessageBatch: members(['QueueUrl'], { Entries: members(['Id', 'ReceiptHandle']) }),
  ChangeMessageVisibility: members(['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout']),
  ChangeMessageVisibilityBatch: members(['QueueUrl'], {
    Entries: members(['Id', 'ReceiptHandle', 'VisibilityTimeout']),
  }),
  GetQueueUrl: members(['QueueName']),
  GetQueueAttributes: members(['QueueUrl', 'AttributeNames']),
  ListQueues: members(['QueueNamePrefix']),
  PurgeQueue: members(['QueueUrl']),
  StartMessageMoveTask: members(['SourceArn', 'DestinationArn']),
};
