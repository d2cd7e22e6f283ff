/**
 * One client per service and container, created when first asked for; every function takes its clients from here. They are
 * traced: a call is a subsegment, and its trace goes on in the message that it sends or the execution that it starts.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tracer } from './powertools.ts';

const once = <T>(create: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= create();
    return made;
  };
};

export const documents = once(() =>
  DynamoDBDocumentClient.from(tracer.captureAWSv3Client(new DynamoDBClient({})), {
    marshallOptions: { removeUndefinedValues: true },
  }),
);
export const queues = once(() => tracer.captureAWSv3Client(new SQSClient({})));
export const machines = once(() => tracer.captureAWSv3Client(new SFNClient({})));
export const topics = once(() => tracer.captureAWSv3Client(new SNSClient({})));
