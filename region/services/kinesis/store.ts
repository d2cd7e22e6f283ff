/** The data streams of the region, found by name or ARN. */
import { AwsError } from '../../errors.ts';
import type { RegionPorts, ResourceContext, ResourceHandler } from '../../service.ts';
import { Stream } from './stream.ts';

/** AWS starts an on-demand stream with four shards. */
const ON_DEMAND_SHARDS = 4;

export interface StreamReference {
  readonly StreamName?: string;
  readonly StreamARN?: string;
}

export class KinesisStore {
  readonly ports: RegionPorts;
  readonly #streams = new Map<string, Stream>();

  constructor(ports: RegionPorts) {
    this.ports = ports;
  }

  arnOf(reference: StreamReference): string {
    if (reference.StreamARN !== undefined) return reference.StreamARN;
    const { partition, region, accountId } = this.ports;
    return `arn:${partition}:kinesis:${region}:${accountId}:stream/${reference.StreamName ?? ''}`;
  }

  stream(reference: StreamReference): Stream {
    const arn = this.arnOf(reference);
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    const stream = this.#streams.get(name);
    if (stream !== undefined) return stream;
    throw new AwsError('ResourceNotFoundException', `Stream ${name} under account ${this.ports.accountId} not found.`);
  }

  names(): readonly string[] {
    return [...this.#streams.keys()].sort();
  }

  add(stream: Stream): void {
    this.#streams.set(stream.definition.name, stream);
  }
}

function create(store: KinesisStore, { properties, generatedName }: ResourceContext): Stream {
  const mode = (properties['StreamModeDetails'] as { readonly StreamMode?: string } | undefined)?.StreamMode;
  const isOnDemand = mode === 'ON_DEMAND';
  const name = properties['Name'] === undefined ? generatedName(128) : String(properties['Name']);
  const stream = new Stream({
    name,
    arn: store.arnOf({ StreamName: name }),
    region: store.ports.region,
    mode: isOnDemand ? 'ON_DEMAND' : 'PROVISIONED',
    shardCount: isOnDemand ? ON_DEMAND_SHARDS : Number(properties['ShardCount'] ?? 1),
    retentionHours: Number(properties['RetentionPeriodHours'] ?? 24),
    createdAtMs: store.ports.clock.now(),
  });
  store.add(stream);
  return stream;
}

export function streamHandlers(store: KinesisStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::Kinesis::Stream': {
      properties: ['Name', 'ShardCount', 'RetentionPeriodHours', 'StreamModeDetails'],
      inert: ['StreamEncryption', 'Tags'],
      create: (context) => {
        const { name, arn } = create(store, context).definition;
        return { ref: name, attributes: { Arn: arn } };
      },
    },
  };
}
