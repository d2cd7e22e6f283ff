/** `AWS::DynamoDB::Table`, and `AWS::DynamoDB::GlobalTable` with a single replica, as CloudFormation describes them. */
import { UnknownToRegionError } from '../../errors.ts';
import type { CreatedResource, ResourceContext, ResourceHandler } from '../../service.ts';
import type { IndexSchema, KeyAttribute, KeySchema, KeyType } from './key-schema.ts';
import type { DynamoStore } from './store.ts';
import type { TableDefinition } from './table.ts';
import type { StreamViewType } from './table-stream.ts';

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

interface IndexProperties {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
}

interface TableProperties {
  readonly TableName?: string;
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: KeyType }[];
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly IndexProperties[];
  readonly LocalSecondaryIndexes?: readonly IndexProperties[];
  readonly StreamSpecification?: { readonly StreamViewType: StreamViewType };
  readonly TimeToLiveSpecification?: { readonly AttributeName?: string; readonly Enabled: boolean | string };
  readonly BillingMode?: string;
  readonly Replicas?: readonly Readonly<Record<string, unknown>>[];
}

function keySchemaOf(properties: TableProperties, elements: readonly KeyElement[], where: string): KeySchema {
  const attribute = (keyType: string): KeyAttribute | undefined => {
    const name = elements.find((element) => element.KeyType === keyType)?.AttributeName;
    if (name === undefined) return undefined;
    const definition = properties.AttributeDefinitions.find((known) => known.AttributeName === name);
    if (definition === undefined) {
      throw new UnknownToRegionError(`key attribute ${name}`, where, 'list it in AttributeDefinitions');
    }
    return { name, type: definition.AttributeType };
  };
  const hash = attribute('HASH');
  if (hash === undefined) throw new UnknownToRegionError('KeySchema without HASH', where, 'name a partition key');
  return { hash, range: attribute('RANGE') };
}

function projectionOf(index: IndexProperties, names: readonly string[], where: string): 'ALL' | ReadonlySet<string> {
  const { ProjectionType, NonKeyAttributes } = index.Projection;
  switch (ProjectionType) {
    case 'ALL':
      return 'ALL';
    case 'KEYS_ONLY':
      return new Set(names);
    case 'INCLUDE':
      return new Set([...names, ...(NonKeyAttributes ?? [])]);
    default:
      throw new UnknownToRegionError(`ProjectionType ${ProjectionType}`, where, 'use ALL, KEYS_ONLY or INCLUDE');
  }
}

function indexSchemas(properties: TableProperties, key: KeySchema, tableArn: string, where: string): IndexSchema[] {
  const tableKeys = [key.hash.name, key.range?.name].filter((name) => name !== undefined);
  const schema = (index: IndexProperties, isLocal: boolean): IndexSchema => {
    const inner = `${where}, index ${index.IndexName}`;
    const names = [...tableKeys, ...index.KeySchema.map((element) => element.AttributeName)];
    return {
      name: index.IndexName,
      arn: `${tableArn}/index/${index.IndexName}`,
      isLocal,
      key: keySchemaOf(properties, index.KeySchema, inner),
      projection: projectionOf(index, names, inner),
    };
  };
  return [
    ...(properties.GlobalSecondaryIndexes ?? []).map((index) => schema(index, false)),
    ...(properties.LocalSecondaryIndexes ?? []).map((index) => schema(index, true)),
  ];
}

function definitionOf(store: DynamoStore, context: ResourceContext): TableDefinition {
  const properties = context.properties as unknown as TableProperties;
  const where = `${context.stackName}/${context.logicalId}`;
  const name = properties.TableName ?? context.generatedName(255);
  const arn = store.arnOf(name);
  const key = keySchemaOf(properties, properties.KeySchema, where);
  const ttl = properties.TimeToLiveSpecification;
  const hasTtl = ttl !== undefined && String(ttl.Enabled) === 'true';
  return {
    name,
    arn,
    region: store.ports.region,
    key,
    indexes: indexSchemas(properties, key, arn, where),
    ttlAttribute: hasTtl ? ttl.AttributeName : undefined,
    streamViewType: properties.StreamSpecification?.StreamViewType,
    billingMode: properties.BillingMode ?? 'PROVISIONED',
    createdAtMs: store.ports.clock.now(),
  };
}

function create(store: DynamoStore, context: ResourceContext): CreatedResource {
  const table = store.create(definitionOf(store, context));
  const { name, arn } = table.definition;
  return {
    ref: name,
    attributes: {
      Arn: arn,
      TableId: store.ports.uuid(),
      ...(table.stream === undefined ? {} : { StreamArn: table.stream.arn }),
    },
  };
}

const PROPERTIES = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'StreamSpecification',
  'TimeToLiveSpecification',
  'BillingMode',
];

export function tableHandlers(store: DynamoStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::DynamoDB::Table': {
      properties: PROPERTIES,
      inert: [
        'ContributorInsightsSpecification',
        'DeletionProtectionEnabled',
        'OnDemandThroughput',
        'PointInTimeRecoverySpecification',
        'ProvisionedThroughput',
        'SSESpecification',
        'TableClass',
        'Tags',
        'WarmThroughput',
      ],
      create: (context) => create(store, context),
    },
    'AWS::DynamoDB::GlobalTable': {
      properties: [...PROPERTIES, 'Replicas'],
      inert: [
        'SSESpecification',
        'WarmThroughput',
        'WriteOnDemandThroughputSettings',
        'WriteProvisionedThroughputSettings',
      ],
      create: (context) => {
        const replicas = (context.properties as unknown as TableProperties).Replicas ?? [];
        if (replicas.length > 1) {
          throw new UnknownToRegionError(
            `${replicas.length} replicas`,
            `${context.stackName}/${context.logicalId}`,
            'the region is one region: give the global table one replica',
          );
        }
        return create(store, context);
      },
    },
  };
}
