/** EventBridge Pipes: from a DynamoDB stream, a Kinesis stream or a queue, over a filter and an enrichment, to a target. */
import type { RegionPorts, Service } from '../../service.ts';
import { PIPE_PROPERTIES, parsePipe } from './definition.ts';
import { Pipeline } from './pipeline.ts';
import { pollQueue } from './queue-poller.ts';
import { pollStream } from './stream-poller.ts';

export function createPipes(ports: RegionPorts): Service {
  const pipelines: Pipeline[] = [];
  const arnOf = (name: string) => `arn:${ports.partition}:pipes:${ports.region}:${ports.accountId}:pipe/${name}`;
  return {
    name: 'pipes',
    operations: {},
    permissions: {},
    resources: {
      'AWS::Pipes::Pipe': {
        properties: PIPE_PROPERTIES,
        inert: ['Description', 'LogConfiguration', 'KmsKeyIdentifier', 'Tags'],
        create: (context) => {
          const definition = parsePipe(context, arnOf);
          pipelines.push(new Pipeline(ports, definition));
          return {
            ref: definition.name,
            attributes: { Arn: definition.arn, CurrentState: definition.running ? 'RUNNING' : 'STOPPED' },
          };
        },
      },
    },
    start: () => {
      for (const pipeline of pipelines) {
        if (!pipeline.definition.running) continue;
        if (pipeline.definition.source.kind === 'sqs') pollQueue(ports, pipeline);
        else pollStream(ports, pipeline);
      }
    },
  };
}
