/** Runs a resolver: a function called directly, code around one data source, or a pipeline of functions. */
import { type FieldNode, type GraphQLResolveInfo, Kind, print, type SelectionSetNode } from 'graphql';
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts } from '../../service.ts';
import { isObject } from '../eventbridge/known-fields.ts';
import { ResolverError } from './errors.ts';
import type { DataSource, ExecutionContext, GraphQLApi, Resolver, Step } from './model.ts';
import { EarlyReturn, type Script, type ScriptContext, type ScriptHost } from './script.ts';

export class ResolverRunner {
  readonly host: ScriptHost;
  readonly #ports: RegionPorts;
  #fieldName = '';
  #typeName = '';

  constructor(ports: RegionPorts) {
    this.#ports = ports;
    this.host = {
      now: () => ports.clock.now(),
      uuid: () => ports.uuid(),
      fieldName: () => this.#fieldName,
      typeName: () => this.#typeName,
    };
  }

  async run(
    api: GraphQLApi,
    resolver: Resolver,
    source: unknown,
    args: Readonly<Record<string, unknown>>,
    context: ExecutionContext,
    info: GraphQLResolveInfo,
  ): Promise<unknown> {
    const script: ScriptContext = {
      arguments: args,
      args,
      identity: context.caller.identity,
      source: source ?? null,
      stash: {},
      prev: null,
      request: { headers: context.headers, domainName: null },
      info: infoOf(info),
      env: api.environment,
    };
    if (!resolver.pipeline) {
      const [step] = resolver.steps;
      return step === undefined ? null : this.#runStep(step, script);
    }
    if (resolver.script !== undefined) {
      const early = this.#runScript(resolver.script, 'request', script);
      if (early instanceof EarlyReturn) return early.value;
      script.prev = { result: early ?? null };
    }
    for (const step of resolver.steps) script.prev = { result: await this.#runStep(step, script) };
    if (resolver.script === undefined) return script.prev?.result;
    script.result = script.prev?.result;
    return unwrap(this.#runScript(resolver.script, 'response', script));
  }

  async #runStep(step: Step, context: ScriptContext): Promise<unknown> {
    const { script, dataSource } = step;
    if (script === undefined) return this.#invoke(dataSource, directEvent(context));
    const request = this.#runScript(script, 'request', context);
    if (request instanceof EarlyReturn) return request.value;
    delete context.error;
    try {
      context.result = await this.#request(dataSource, request);
    } catch (error) {
      if (!(error instanceof ResolverError)) throw error;
      context.result = null;
      context.error = { message: error.message, type: error.errorType };
    }
    return unwrap(this.#runScript(script, 'response', context));
  }

  async #request(dataSource: DataSource, request: unknown): Promise<unknown> {
    const {
      payload = null,
      operation = 'Invoke',
      invocationType = 'RequestResponse',
    } = isObject(request) ? request : {};
    if (dataSource.type === 'NONE') return payload;
    if (operation !== 'Invoke' || invocationType !== 'RequestResponse') {
      throw new UnknownToRegionError(`${operation} ${invocationType}`, `data source ${dataSource.name}`, 'use Invoke');
    }
    return this.#invoke(dataSource, payload);
  }

  #runScript(script: Script, part: 'request' | 'response', context: ScriptContext): unknown {
    this.#fieldName = context.info.fieldName;
    this.#typeName = context.info.parentTypeName;
    try {
      return script[part](context);
    } catch (thrown) {
      if (thrown instanceof EarlyReturn) return thrown;
      if (thrown instanceof ResolverError || thrown instanceof UnknownToRegionError) throw thrown;
      throw new ResolverError(thrown instanceof Error ? thrown.message : String(thrown), 'Code');
    }
  }

  async #invoke(dataSource: DataSource, event: unknown): Promise<unknown> {
    const { lambdaArn, roleArn, name } = dataSource;
    if (lambdaArn === undefined || roleArn === undefined) {
      throw new UnknownToRegionError(
        'no function or no role',
        `data source ${name}`,
        'give LambdaConfig and ServiceRoleArn',
      );
    }
    let answer: unknown;
    try {
      answer = await this.#ports.call(
        'lambda',
        'Invoke',
        { FunctionName: lambdaArn, InvocationType: 'RequestResponse', Payload: Buffer.from(JSON.stringify(event)) },
        { kind: 'role', arn: roleArn },
      );
    } catch (error) {
      if (error instanceof AwsError) throw new ResolverError(error.message, `Lambda:${error.name}`);
      throw error;
    }
    const { Payload: payload, FunctionError: functionError } = isObject(answer) ? answer : {};
    const text = payload === undefined ? '' : Buffer.from(payload as Uint8Array).toString('utf8');
    const result: unknown = text === '' ? null : JSON.parse(text);
    if (functionError === undefined) return result;
    const { errorMessage = text } = isObject(result) ? result : {};
    throw new ResolverError(String(errorMessage), 'Lambda:Unhandled');
  }
}

function unwrap(value: unknown): unknown {
  return value instanceof EarlyReturn ? value.value : value;
}

/** The event of a function that is called without code: what AppSync calls a direct Lambda resolver. */
function directEvent(context: ScriptContext): object {
  const { arguments: args, identity, source, request, prev, info, stash } = context;
  return { arguments: args, identity, source, request, prev, info, stash };
}

function infoOf(info: GraphQLResolveInfo) {
  const selections = info.fieldNodes[0]?.selectionSet;
  return {
    fieldName: info.fieldName,
    parentTypeName: info.parentType.name,
    variables: info.variableValues,
    selectionSetList: selections === undefined ? [] : selectionPaths(selections, '', info),
    selectionSetGraphQL: selections === undefined ? '' : print(selections),
  };
}

function selectionPaths(selections: SelectionSetNode, prefix: string, info: GraphQLResolveInfo): readonly string[] {
  return selections.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return fieldPaths(selection, prefix, info);
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? info.fragments[selection.name.value]?.selectionSet
        : selection.selectionSet;
    return inner === undefined ? [] : selectionPaths(inner, prefix, info);
  });
}

function fieldPaths(field: FieldNode, prefix: string, info: GraphQLResolveInfo): readonly string[] {
  const path = `${prefix}${(field.alias ?? field.name).value}`;
  return field.selectionSet === undefined ? [path] : [path, ...selectionPaths(field.selectionSet, `${path}/`, info)];
}
