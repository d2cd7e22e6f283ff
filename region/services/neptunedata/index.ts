/** Neptune: clusters of the templates and openCypher queries on them. One graph serves each region, as one cluster would. */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { Permission, RegionPorts, ResourceContext, ResourceHandler, Service } from '../../service.ts';
import { isObject, optionalNumber, optionalString } from '../eventbridge/known-fields.ts';
import { Graph } from './graph.ts';

interface QueryInput {
  readonly openCypherQuery?: string;
  /** JSON text of an object. */
  readonly parameters?: string;
}

const PORT = 8182;

export function createNeptune(ports: RegionPorts): Service {
  const graph = new Graph();
  const clusterIds: string[] = [];
  return {
    name: 'neptunedata',
    operations: {
      ExecuteOpenCypherQuery: async (input: QueryInput) => {
        if (clusterIds.length === 0) {
          throw new AwsError(
            'FailureByQueryException',
            'No Neptune cluster in the templates: add AWS::Neptune::DBCluster.',
            500,
          );
        }
        const { openCypherQuery: text = '' } = input;
        if (text === '') throw new AwsError('MissingParameterException', 'openCypherQuery is required.');
        const parameters = parseParameters(input.parameters);
        ports.meter('neptunedata', 'query', 1);
        return { results: await ports.clock.hold(graph.query(text, parameters)) };
      },
    },
    permissions: {
      ExecuteOpenCypherQuery: (input: QueryInput) => queryPermissions(ports, clusterIds, input.openCypherQuery ?? ''),
    },
    resources: neptuneResources(ports, clusterIds),
  };
}

function parseParameters(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Answered below like every other text that is not an object.
  }
  throw new AwsError('InvalidParameterException', 'parameters must be the JSON text of an object.');
}

const KEYWORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(DELETE|REMOVE)\b/i, 'neptune-db:DeleteDataViaQuery'],
  [/\b(CREATE|MERGE|SET)\b/i, 'neptune-db:WriteDataViaQuery'],
];

/** Reading, writing and deleting are separate IAM actions; what a query needs follows from its clauses. */
function queryPermissions(ports: RegionPorts, clusterIds: readonly string[], text: string): readonly Permission[] {
  const clauses = text.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`/g, '""');
  const actions = [
    'neptune-db:ReadDataViaQuery',
    ...KEYWORDS.filter(([word]) => word.test(clauses)).map(([, action]) => action),
  ];
  const resource = `arn:${ports.partition}:neptune-db:${ports.region}:${ports.accountId}:${clusterIds[0] ?? '*'}/*`;
  return actions.map((action) => ({ action, resource }));
}

const INERT = {
  cluster: [
    'AssociatedRoles',
    'AvailabilityZones',
    'BackupRetentionPeriod',
    'CopyTagsToSnapshot',
    'DBClusterParameterGroupName',
    'DBInstanceParameterGroupName',
    'DBSubnetGroupName',
    'DeletionProtection',
    'EnableCloudwatchLogsExports',
    'EngineVersion',
    'IamAuthEnabled',
    'KmsKeyId',
    'PreferredBackupWindow',
    'PreferredMaintenanceWindow',
    'ServerlessScalingConfiguration',
    'StorageEncrypted',
    'Tags',
    'VpcSecurityGroupIds',
  ],
  instance: [
    'AllowMajorVersionUpgrade',
    'AutoMinorVersionUpgrade',
    'AvailabilityZone',
    'DBClusterIdentifier',
    'DBInstanceClass',
    'DBParameterGroupName',
    'DBSubnetGroupName',
    'PreferredMaintenanceWindow',
    'PubliclyAccessible',
    'Tags',
  ],
};

function neptuneResources(ports: RegionPorts, clusterIds: string[]): Readonly<Record<string, ResourceHandler>> {
  const host = (name: string) => `${name.toLowerCase()}.neptune.${ports.region}.amazonaws.com`;
  const group = (nameProperty: string, inert: readonly string[]): ResourceHandler => ({
    properties: [nameProperty],
    inert: [...inert, 'Tags'],
    create: ({ properties, generatedName }) => ({
      ref: (optionalString(properties, nameProperty) ?? generatedName(255)).toLowerCase(),
      attributes: {},
    }),
  });
  return {
    'AWS::Neptune::DBCluster': {
      properties: ['DBClusterIdentifier', 'DBPort'],
      inert: INERT.cluster,
      create: (context) => createCluster(ports, context, clusterIds, host),
    },
    'AWS::Neptune::DBInstance': {
      properties: ['DBInstanceIdentifier'],
      inert: INERT.instance,
      create: ({ properties, generatedName }) => {
        const name = (optionalString(properties, 'DBInstanceIdentifier') ?? generatedName(63)).toLowerCase();
        return { ref: name, attributes: { Endpoint: host(name), Port: String(PORT) } };
      },
    },
    'AWS::Neptune::DBSubnetGroup': group('DBSubnetGroupName', ['DBSubnetGroupDescription', 'SubnetIds']),
    'AWS::Neptune::DBClusterParameterGroup': group('Name', ['Description', 'Family', 'Parameters']),
    'AWS::Neptune::DBParameterGroup': group('Name', ['Description', 'Family', 'Parameters']),
  };
}

function createCluster(
  ports: RegionPorts,
  context: ResourceContext,
  clusterIds: string[],
  host: (name: string) => string,
) {
  const { properties, logicalId } = context;
  if (clusterIds.length > 0) {
    throw new UnknownToRegionError(
      'a second DBCluster',
      `Neptune cluster ${logicalId}`,
      'use one cluster: a query names none',
    );
  }
  const name = (optionalString(properties, 'DBClusterIdentifier') ?? context.generatedName(63)).toLowerCase();
  const id = `cluster-${ports.uuid().replaceAll('-', '').slice(0, 26).toUpperCase()}`;
  clusterIds.push(id);
  return {
    ref: name,
    attributes: {
      ClusterResourceId: id,
      Endpoint: host(`${name}.cluster`),
      ReadEndpoint: host(`${name}.cluster-ro`),
      Port: String(optionalNumber(properties, 'DBPort', logicalId) ?? PORT),
    },
  };
}
