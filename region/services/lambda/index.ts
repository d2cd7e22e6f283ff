/** AWS Lambda: functions run as they are deployed, each in sandboxes of its own, called directly or from event sources. */
import type { CorePorts } from '../../core-ports.ts';
import { AwsError } from '../../errors.ts';
import type { Delivery, Permission, ResourceHandler, Service } from '../../service.ts';
import { isObject, knownFields, optionalNumber, optionalString } from '../eventbridge/known-fields.ts';
import { MAPPING_INERT, MAPPING_PROPERTIES, type MappingSettings, parseMapping } from './event-source-mapping.ts';
import { FUNCTION_INERT, FUNCTION_PROPERTIES, parseFunction } from './function.ts';
import { type InvokeInput, invoke, queueInvocation } from './invoke.ts';
import { QueuePoller } from './queue-poller.ts';
import { ShardReader } from './shard-reader.ts';
import { LambdaStore } from './store.ts';

export interface LambdaService extends Service {
  readonly store: LambdaStore;
}

const SOURCE_ACTIONS: Readonly<Record<MappingSettings['kind'], readonly string[]>> = {
  sqs: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  kinesis: ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:DescribeStream'],
  dynamodb: ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
};

export function createLambda(ports: CorePorts): LambdaService {
  const store = new LambdaStore(ports);
  const mappings: MappingSettings[] = [];
  const invokePermission = (input: InvokeInput): readonly Permission[] => [
    { action: 'lambda:InvokeFunction', resource: invokedArn(store, input) },
  ];
  return {
    name: 'lambda',
    store,
    operations: {
      Invoke: (input: InvokeInput) => invoke(ports, store, input),
      GetFunctionConfiguration: ({ FunctionName }: InvokeInput) => describe(store, FunctionName),
    },
    permissions: {
      Invoke: invokePermission,
      GetFunctionConfiguration: ({ FunctionName }: InvokeInput) => [
        { action: 'lambda:GetFunctionConfiguration', resource: store.arnOfId(FunctionName) },
      ],
    },
    resources: resources(ports, store, mappings),
    delivers: ['lambda'],
    deliver: (delivery) => deliver(ports, store, delivery),
    start: () => {
      for (const settings of mappings) if (settings.isEnabled) startMapping(ports, store, settings);
    },
  };
}

function invokedArn(store: LambdaStore, { FunctionName, Qualifier }: InvokeInput): string {
  const arn = store.arnOfId(FunctionName);
  const qualifier =
    Qualifier ?? (FunctionName.startsWith('arn:') ? FunctionName.split(':')[7] : FunctionName.split(':')[1]);
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

function describe(store: LambdaStore, id: string): object {
  const { name, arn, roleArn, timeoutMs, memoryMb } = store.pool(id).definition;
  return {
    FunctionName: name,
    FunctionArn: arn,
    Role: roleArn,
    Timeout: timeoutMs / 1000,
    MemorySize: memoryMb,
    State: 'Active',
  };
}

function resources(ports: CorePorts, store: LambdaStore, mappings: MappingSettings[]): Service['resources'] {
  return {
    'AWS::Lambda::Function': {
      properties: FUNCTION_PROPERTIES,
      inert: FUNCTION_INERT,
      create(context) {
        const definition = parseFunction(context, (name) => store.arnOf(name));
        store.add(definition);
        return { ref: definition.name, attributes: { Arn: definition.arn } };
      },
    },
    'AWS::Lambda::EventSourceMapping': {
      properties: MAPPING_PROPERTIES,
      inert: MAPPING_INERT,
      create(context) {
        const settings = parseMapping(context, (id) => store.nameOf(id), ports.uuid());
        mappings.push(settings);
        return { ref: settings.id, attributes: { Id: settings.id } };
      },
    },
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfig(store),
    'AWS::Lambda::Version': alias((name) => `${name}:$LATEST`, store),
    'AWS::Lambda::Alias': alias((name, given) => `${name}:${given}`, store),
  };
}

/** Versions and aliases all mean the one code that the assembly has. */
function alias(arnSuffix: (name: string, given: string) => string, store: LambdaStore): ResourceHandler {
  return {
    properties: ['FunctionName', 'FunctionVersion', 'Name'],
    inert: ['Description', 'CodeSha256', 'ProvisionedConcurrencyConfig'],
    create({ properties }) {
      const name = store.nameOf(String(properties['FunctionName']));
      const arn = store.arnOf(arnSuffix(name, String(properties['Name'])));
      return { ref: arn, attributes: { FunctionArn: arn, AliasArn: arn, Version: '$LATEST' } };
    },
  };
}

function eventInvokeConfig(store: LambdaStore): ResourceHandler {
  return {
    properties: ['FunctionName', 'Qualifier', 'MaximumRetryAttempts', 'MaximumEventAgeInSeconds', 'DestinationConfig'],
    inert: [],
    create({ properties, stackName, logicalId }) {
      const where = `${stackName}/${logicalId}`;
      const destinations = knownFields(properties['DestinationConfig'] ?? {}, ['OnFailure', 'OnSuccess'], where);
      const arnOf = (side: string): string | undefined =>
        optionalString(knownFields(destinations[side] ?? {}, ['Destination'], where), 'Destination');
      store.setAsync(String(properties['FunctionName']), {
        maximumRetryAttempts: optionalNumber(properties, 'MaximumRetryAttempts', where) ?? 2,
        maximumEventAgeMs: (optionalNumber(properties, 'MaximumEventAgeInSeconds', where) ?? 21_600) * 1000,
        onFailureArn: arnOf('OnFailure'),
        onSuccessArn: arnOf('OnSuccess'),
      });
      return { ref: `${logicalId}-config`, attributes: {} };
    },
  };
}

/** Events invoke asynchronously, except from a pipe that asked for the answer: a failure of it is the pipe's to retry. */
async function deliver(ports: CorePorts, store: LambdaStore, delivery: Delivery): Promise<void> {
  const pool = store.pool(delivery.targetArn);
  ports.authorize(delivery.principal, [{ action: 'lambda:InvokeFunction', resource: delivery.targetArn }]);
  const event = JSON.stringify(delivery.payload ?? null);
  const settings = delivery.parameters?.['LambdaFunctionParameters'];
  const invocationType = isObject(settings) ? settings['InvocationType'] : undefined;
  if (invocationType !== 'REQUEST_RESPONSE') return queueInvocation(ports, store, pool.definition.name, event);
  const outcome = await pool.invoke(event, true);
  if (outcome.functionError !== undefined) throw new AwsError('FunctionError', outcome.payload);
}

function startMapping(ports: CorePorts, store: LambdaStore, settings: MappingSettings): void {
  const { roleArn } = store.pool(settings.functionName).definition;
  const actions = SOURCE_ACTIONS[settings.kind];
  ports.authorize(
    { kind: 'role', arn: roleArn },
    actions.map((action) => ({ action, resource: settings.sourceArn })),
  );
  if (settings.kind === 'sqs') {
    new QueuePoller(ports, store, settings).start();
    return;
  }
  const source = ports.streamSource(settings.sourceArn);
  const readers = new Map(
    source.shards(settings.sourceArn).map((shardId) => [shardId, new ShardReader(ports, store, settings, shardId)]),
  );
  source.onRecords(settings.sourceArn, (shardId) => readers.get(shardId)?.wake());
  for (const reader of readers.values()) reader.wake();
}
