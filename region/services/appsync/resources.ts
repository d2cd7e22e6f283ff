/** `AWS::AppSync::*`: GraphQL APIs of the templates. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts, ResourceContext, ResourceHandler } from '../../service.ts';
import { type Fields, isObject, knownFields, optionalString, requiredString } from '../eventbridge/known-fields.ts';
import type { AuthMode } from './directives.ts';
import type { DataSource, GraphQLApi, Step } from './model.ts';
import { compileScript, type Script, type ScriptHost } from './script.ts';
import type { AppSyncStore } from './store.ts';

const FIELDS = {
  api: [
    'Name',
    'AuthenticationType',
    'UserPoolConfig',
    'AdditionalAuthenticationProviders',
    'EnvironmentVariables',
    'IntrospectionConfig',
  ],
  apiInert: [
    'LogConfig',
    'XrayEnabled',
    'Tags',
    'Visibility',
    'OwnerContact',
    'EnhancedMetricsConfig',
    'QueryDepthLimit',
    'ResolverCountLimit',
  ],
  step: ['ApiId', 'DataSourceName', 'Code', 'CodeS3Location', 'Runtime'],
};

export function appSyncResources(
  ports: RegionPorts,
  store: AppSyncStore,
  host: ScriptHost,
): Readonly<Record<string, ResourceHandler>> {
  const apiOf = ({ properties, logicalId }: ResourceContext) =>
    store.api(requiredString(properties, 'ApiId', logicalId));
  return {
    'AWS::AppSync::GraphQLApi': {
      properties: FIELDS.api,
      inert: FIELDS.apiInert,
      create: (context) => createApi(ports, store, context),
    },
    'AWS::AppSync::GraphQLSchema': {
      properties: ['ApiId', 'Definition', 'DefinitionS3Location'],
      inert: [],
      create: (context) => {
        const api = apiOf(context);
        api.definition = textOf(context, 'Definition', 'DefinitionS3Location', `schema ${context.logicalId}`);
        return { ref: `${api.id}GraphQLSchema`, attributes: { Id: `${api.id}GraphQLSchema` } };
      },
    },
    'AWS::AppSync::DataSource': {
      properties: ['ApiId', 'Name', 'Type', 'LambdaConfig', 'ServiceRoleArn'],
      inert: ['Description', 'MetricsConfig'],
      create: (context) => {
        const api = apiOf(context);
        const dataSource = parseDataSource(context);
        api.dataSources.set(dataSource.name, dataSource);
        const arn = `${api.arn}/datasources/${dataSource.name}`;
        return { ref: arn, attributes: { DataSourceArn: arn, Name: dataSource.name } };
      },
    },
    'AWS::AppSync::FunctionConfiguration': {
      properties: [...FIELDS.step, 'Name'],
      inert: ['Description', 'FunctionVersion'],
      create: (context) => {
        const api = apiOf(context);
        const id = ports.uuid().replaceAll('-', '').slice(0, 26);
        const step = parseStep(api, context, `function ${context.logicalId}`, host);
        api.functions.set(id, step);
        const arn = `${api.arn}/functions/${id}`;
        return {
          ref: arn,
          attributes: {
            FunctionArn: arn,
            FunctionId: id,
            Name: optionalString(context.properties, 'Name') ?? '',
            DataSourceName: step.dataSource.name,
          },
        };
      },
    },
    'AWS::AppSync::Resolver': {
      properties: [...FIELDS.step, 'TypeName', 'FieldName', 'Kind', 'PipelineConfig'],
      inert: ['MetricsConfig'],
      create: (context) => createResolver(apiOf(context), context, host),
    },
  };
}

function createApi(ports: RegionPorts, store: AppSyncStore, context: ResourceContext) {
  const { properties, logicalId } = context;
  const where = `GraphQL API ${logicalId}`;
  const additional = properties['AdditionalAuthenticationProviders'] ?? [];
  if (!Array.isArray(additional))
    throw new UnknownToRegionError('AdditionalAuthenticationProviders', where, 'give a list');
  const providers = [properties, ...additional.filter(isObject)];
  const modes = providers.map((provider) => authMode(provider, where));
  const pools = providers.flatMap((provider) => {
    const pool = provider['UserPoolConfig'];
    return isObject(pool) ? [requiredString(pool, 'UserPoolId', where)] : [];
  });
  const id = ports.uuid().replaceAll('-', '').slice(0, 26);
  const { partition, region, accountId } = ports;
  const dns = (kind: string) => `${id}.appsync-${kind}.${region}.amazonaws.com`;
  const [defaultMode = 'AWS_IAM'] = modes;
  const api: GraphQLApi = {
    id,
    arn: `arn:${partition}:appsync:${region}:${accountId}:apis/${id}`,
    name: requiredString(properties, 'Name', where),
    url: `https://${dns('api')}/graphql`,
    defaultMode,
    modes: new Set(modes),
    userPoolIds: new Set(pools),
    environment: (properties['EnvironmentVariables'] ?? {}) as Readonly<Record<string, string>>,
    introspection: properties['IntrospectionConfig'] !== 'DISABLED',
    definition: undefined,
    dataSources: new Map(),
    functions: new Map(),
    resolvers: new Map(),
    subscriptions: new Set(),
    prepared: new Map(),
    schema: undefined,
  };
  store.apis.set(id, api);
  return {
    ref: api.arn,
    attributes: {
      ApiId: id,
      Arn: api.arn,
      GraphQLUrl: api.url,
      GraphQLDns: dns('api'),
      GraphQLEndpointArn: `${api.arn}/endpoint`,
      RealtimeUrl: `wss://${dns('realtime-api')}/graphql`,
      RealtimeDns: dns('realtime-api'),
    },
  };
}

function authMode(provider: Fields, where: string): AuthMode {
  const mode = provider['AuthenticationType'];
  if (mode === 'AMAZON_COGNITO_USER_POOLS' || mode === 'AWS_IAM') return mode;
  throw new UnknownToRegionError(`AuthenticationType ${mode}`, where, 'use AMAZON_COGNITO_USER_POOLS or AWS_IAM');
}

function parseDataSource({ properties, logicalId }: ResourceContext): DataSource {
  const where = `data source ${logicalId}`;
  const type = properties['Type'];
  if (type !== 'AWS_LAMBDA' && type !== 'NONE') {
    throw new UnknownToRegionError(`data source type ${type}`, where, 'use AWS_LAMBDA or NONE');
  }
  const lambda = type === 'AWS_LAMBDA' ? knownFields(properties['LambdaConfig'], ['LambdaFunctionArn'], where) : {};
  return {
    name: requiredString(properties, 'Name', where),
    type,
    lambdaArn: optionalString(lambda, 'LambdaFunctionArn'),
    roleArn: optionalString(properties, 'ServiceRoleArn'),
  };
}

function parseStep(api: GraphQLApi, context: ResourceContext, where: string, host: ScriptHost): Step {
  const name = requiredString(context.properties, 'DataSourceName', where);
  const dataSource = api.dataSources.get(name);
  if (dataSource === undefined)
    throw new UnknownToRegionError(`data source ${name}`, where, 'define it in the same API');
  const script = parseScript(context, where, host);
  if (script === undefined && dataSource.type === 'NONE') {
    throw new UnknownToRegionError('a resolver without code on a NONE data source', where, 'give it APPSYNC_JS code');
  }
  return { dataSource, script };
}

function parseScript(context: ResourceContext, where: string, host: ScriptHost): Script | undefined {
  const { Code: code, CodeS3Location: location, Runtime: runtime } = context.properties;
  if (code === undefined && location === undefined) return undefined;
  const known = knownFields(runtime, ['Name', 'RuntimeVersion'], `${where}.Runtime`);
  if (known['Name'] !== 'APPSYNC_JS')
    throw new UnknownToRegionError(`runtime ${known['Name']}`, where, 'use APPSYNC_JS');
  return compileScript(textOf(context, 'Code', 'CodeS3Location', where), where, host);
}

function createResolver(api: GraphQLApi, context: ResourceContext, host: ScriptHost) {
  const { properties, logicalId } = context;
  const where = `resolver ${logicalId}`;
  const typeName = requiredString(properties, 'TypeName', where);
  const fieldName = requiredString(properties, 'FieldName', where);
  const pipeline = properties['Kind'] === 'PIPELINE';
  const { Functions: ids = [] } = knownFields(
    properties['PipelineConfig'] ?? {},
    ['Functions'],
    `${where}.PipelineConfig`,
  );
  const steps = pipeline
    ? (ids as readonly string[]).map((id) => {
        const step = api.functions.get(id);
        if (step === undefined) throw new UnknownToRegionError(`function ${id}`, where, 'define it in the same API');
        return step;
      })
    : [parseStep(api, context, where, host)];
  const script = pipeline ? parseScript(context, where, host) : undefined;
  api.resolvers.set(`${typeName}.${fieldName}`, { typeName, fieldName, script, steps, pipeline });
  const arn = `${api.arn}/types/${typeName}/resolvers/${fieldName}`;
  return { ref: arn, attributes: { ResolverArn: arn, TypeName: typeName, FieldName: fieldName } };
}

/** Text that stands in the template or in an asset: an S3 URL whose last part is the asset's file in the assembly. */
function textOf(context: ResourceContext, inline: string, location: string, where: string): string {
  const text = optionalString(context.properties, inline);
  if (text !== undefined) return text;
  const url = requiredString(context.properties, location, where);
  const key = url.slice(url.lastIndexOf('/') + 1);
  return readFileSync(join(context.assemblyDirectory, `asset.${key}`), 'utf8');
}
