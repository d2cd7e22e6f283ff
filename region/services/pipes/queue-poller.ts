/**
 * Reads a queue for a pipe. Messages that were delivered or filtered out are deleted; after a failure the rest of the
 * batch stays invisible until its visibility timeout ends, and the queue's own redrive policy bounds the attempts.
 */
import type { TimerHandle } from '../../clock.ts';
import type { QueueMessage } from '../../event-source.ts';
import type { RegionPorts } from '../../service.ts';
import type { Fields } from '../eventbridge/known-fields.ts';
import { PartialDelivery, type Pipeline } from './pipeline.ts';

export function pollQueue(ports: RegionPorts, pipeline: Pipeline): void {
  const { arn, batchSize, windowMs } = pipeline.definition.source;
  ports.authorize(
    pipeline.principal,
    ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ({
      action: `sqs:${action}`,
      resource: arn,
    })),
  );
  const source = ports.queueSource(arn);
  let busy = false;
  let window: TimerHandle | undefined;
  let windowOver = false;

  const work = async (): Promise<void> => {
    for (let waiting = source.available(arn); waiting > 0; waiting = source.available(arn)) {
      if (windowMs > 0 && waiting < batchSize && !windowOver) {
        window ??= ports.clock.at(ports.clock.now() + windowMs, () => {
          windowOver = true;
          window = undefined;
          wake();
        });
        break;
      }
      window?.cancel();
      window = undefined;
      windowOver = false;
      await workMessages(ports, pipeline, source.receive(arn, batchSize));
    }
    busy = false;
  };
  const wake = (): void => {
    if (busy) return;
    busy = true;
    ports.spawn(work);
  };
  source.onAvailable(arn, wake);
  wake();
}

async function workMessages(ports: RegionPorts, pipeline: Pipeline, messages: readonly QueueMessage[]): Promise<void> {
  const { arn } = pipeline.definition.source;
  let done = messages.length;
  try {
    await pipeline.process(messages.map((message) => queueEvent(message, arn, ports.region)));
  } catch (error) {
    if (!(error instanceof PartialDelivery)) throw error;
    done = error.delivered;
    ports.log('warn', 'pipe batch failed', {
      pipe: pipeline.definition.name,
      error: error.cause.name,
      cause: error.message,
    });
  }
  ports.queueSource(arn).delete(
    arn,
    messages.slice(0, done).map((message) => message.receiptHandle),
  );
}

function queueEvent(message: QueueMessage, queueArn: string, region: string): Fields {
  const { messageId, receiptHandle, body, attributes, messageAttributes, md5OfBody } = message;
  return {
    messageId,
    receiptHandle,
    body,
    attributes,
    messageAttributes,
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
