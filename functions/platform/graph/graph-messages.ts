/** Asks the graph's writer, by its queue, to write a route or a wave. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { GraphMessage } from '../../../workflows/route-planning/graph-messages.ts';

export type TellGraph = (message: GraphMessage) => Promise<void>;

export function graphTeller(queues: SQSClient, queueUrl: string): TellGraph {
  return async (message) => {
    await queues.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
  };
}
