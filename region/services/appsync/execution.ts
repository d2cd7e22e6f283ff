/**
 * Executes requests against an API: builds its schema once, parses and validates each document once, checks every field
 * against the directives and each top-level field against IAM, and runs the resolvers.
 */
import {
  buildSchema,
  type DocumentNode,
  defaultFieldResolver,
  execute,
  GraphQLError,
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { mayAccess } from './caller.ts';
import { type Access, APPSYNC_PRELUDE, accessOf, installScalars } from './directives.ts';
import { type AppSyncError, notAuthorized, toAppSyncError } from './errors.ts';
import type { Caller, ExecutionContext, GraphQLApi, GraphQLResult, PreparedRequest } from './model.ts';
import type { ResolverRunner } from './resolver-runner.ts';

/** The document and its operation, or the errors that keep it from running. */
export function prepare(
  api: GraphQLApi,
  query: string,
  operationName?: string,
): PreparedRequest | readonly AppSyncError[] {
  let prepared = api.prepared.get(query);
  if (prepared === undefined) {
    prepared = parseAndValidate(api, query);
    api.prepared.set(query, prepared);
  }
  if (prepared.errors.length > 0) return prepared.errors as readonly AppSyncError[];
  const operation = getOperationAST(prepared.document, operationName);
  if (!operation)
    return [toAppSyncError(new GraphQLError('Unable to find the operation to execute.'), 'BadRequestException')];
  return { document: prepared.document, operation };
}

function parseAndValidate(api: GraphQLApi, query: string) {
  const nothing: DocumentNode = { kind: 'Document' as DocumentNode['kind'], definitions: [] };
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return { document: nothing, errors: [toAppSyncError(error, 'InvalidSyntaxError')] };
  }
  if (api.schema === undefined)
    throw new UnknownToRegionError('no schema', `GraphQL API ${api.name}`, 'give it a GraphQLSchema');
  const rules = api.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  return { document, errors: validate(api.schema, document, rules).map((error) => toAppSyncError(error)) };
}

/** Runs a prepared request. Rejects only for defects: what a resolver raises is in the answer. */
export async function run(
  api: GraphQLApi,
  request: PreparedRequest,
  variables: Readonly<Record<string, unknown>>,
  context: ExecutionContext,
  rootValue?: unknown,
): Promise<GraphQLResult> {
  if (api.schema === undefined)
    throw new UnknownToRegionError('no schema', `GraphQL API ${api.name}`, 'give it a GraphQLSchema');
  const { data = null, errors } = await execute({
    schema: api.schema,
    document: request.document,
    variableValues: variables,
    contextValue: context,
    rootValue,
    operationName: request.operation.name?.value,
  });
  const result = data as GraphQLResult['data'];
  return errors === undefined
    ? { data: result }
    : { data: result, errors: errors.map((error) => toAppSyncError(error)) };
}

/** Builds the schema of an API. Throws `UnknownToRegionError` for a resolver on a field that does not exist. */
export function buildApiSchema(ports: RegionPorts, api: GraphQLApi, runner: ResolverRunner): GraphQLSchema {
  if (api.definition === undefined) {
    throw new UnknownToRegionError('no schema', `GraphQL API ${api.name}`, 'give it an AWS::AppSync::GraphQLSchema');
  }
  const schema = buildSchema(APPSYNC_PRELUDE + api.definition);
  installScalars(schema);
  const roots = new Set([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  const unused = new Set(api.resolvers.keys());
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      unused.delete(`${type.name}.${field.name}`);
      installResolver(ports, api, type, field, roots.has(type), runner);
    }
  }
  for (const name of unused) {
    throw new UnknownToRegionError(`resolver on ${name}`, `GraphQL API ${api.name}`, 'name a field of the schema');
  }
  return schema;
}

function installResolver(
  ports: RegionPorts,
  api: GraphQLApi,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  isRoot: boolean,
  runner: ResolverRunner,
): void {
  const access = accessOf(type, field as GraphQLField<unknown, unknown>, api.defaultMode);
  const resolver = api.resolvers.get(`${type.name}.${field.name}`);
  field.resolve = (
    source: unknown,
    args: Record<string, unknown>,
    contextValue: unknown,
    info: GraphQLResolveInfo,
  ): unknown => {
    const context = contextValue as ExecutionContext;
    authorizeField(ports, api, type.name, field.name, access, context.caller, isRoot && !context.delivering);
    if (resolver === undefined || context.delivering) return defaultFieldResolver(source ?? {}, args, context, info);
    return runner.run(api, resolver, source, args, context, info);
  };
}

/** Throws the `Unauthorized` error of a field the caller may not use. */
export function authorizeField(
  ports: RegionPorts,
  api: GraphQLApi,
  typeName: string,
  fieldName: string,
  access: Access,
  caller: Caller,
  byPolicy: boolean,
): void {
  if (!mayAccess(caller, access)) throw notAuthorized(fieldName, typeName);
  if (!byPolicy || caller.mode !== 'AWS_IAM') return;
  try {
    ports.authorize(caller.principal, [
      { action: 'appsync:GraphQL', resource: `${api.arn}/types/${typeName}/fields/${fieldName}` },
    ]);
  } catch (error) {
    if (error instanceof AwsError) throw notAuthorized(fieldName, typeName);
    throw error;
  }
}
