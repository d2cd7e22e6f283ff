/** Systems Manager, its Parameter Store: plain parameters that the templates made, read by name or by path. */
import { AwsError, UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts, ResourceContext, Service } from '../../service.ts';
import { members, withKnownMembers } from '../known-members.ts';

interface StoredParameter {
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly madeMs: number;
}

interface ByPath {
  readonly Path: string;
  readonly Recursive?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/** Characters that a value may have, by tier. */
const TIERS: Readonly<Record<string, number>> = { Standard: 4_096, Advanced: 8_192, 'Intelligent-Tiering': 8_192 };
const PAGE = 10;
const NAME = /^\/?[\w.-]+(?:\/[\w.-]+)*$/;
const KNOWN = {
  GetParameter: members(['Name', 'WithDecryption']),
  GetParameters: members(['Names', 'WithDecryption']),
  GetParametersByPath: members(['Path', 'Recursive', 'MaxResults', 'NextToken', 'WithDecryption']),
};

export function createSsm(ports: RegionPorts): Service {
  const parameters = new Map<string, StoredParameter>();
  const { partition, region, accountId } = ports;
  const arnOf = (name: string): string =>
    `arn:${partition}:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
  /** A parameter is named by its name or its ARN. */
  const find = (name: string): StoredParameter | undefined =>
    parameters.get(name) ?? [...parameters.values()].find((parameter) => arnOf(parameter.name) === name);
  const shown = ({ name, type, value, madeMs }: StoredParameter) => ({
    Name: name,
    Type: type,
    Value: value,
    Version: 1,
    LastModifiedDate: new Date(madeMs),
    ARN: arnOf(name),
    DataType: 'text',
  });
  const on = (action: string, name: string) => ({
    action: `ssm:${action}`,
    resource: name.startsWith('arn:') ? name : arnOf(name),
  });

  return {
    name: 'ssm',
    operations: withKnownMembers('ssm', KNOWN, {
      GetParameter: ({ Name: name }: { readonly Name: string }) => {
        const parameter = find(name);
        // As AWS: the error says nothing but its name.
        if (parameter === undefined) throw new AwsError('ParameterNotFound', '');
        return { Parameter: shown(parameter) };
      },
      GetParameters: ({ Names: names }: { readonly Names: readonly string[] }) => ({
        Parameters: names.flatMap((name) => find(name) ?? []).map(shown),
        InvalidParameters: names.filter((name) => find(name) === undefined),
      }),
      GetParametersByPath: (input: ByPath) => {
        const below = under([...parameters.values()], input);
        const from = Number(input.NextToken ?? 0);
        const page = below.slice(from, from + (input.MaxResults ?? PAGE));
        const next = from + page.length;
        return { Parameters: page.map(shown), ...(next < below.length ? { NextToken: String(next) } : {}) };
      },
    }),
    permissions: {
      GetParameter: ({ Name: name }: { readonly Name: string }) => [on('GetParameter', name)],
      GetParameters: ({ Names: names }: { readonly Names: readonly string[] }) =>
        names.map((name) => on('GetParameters', name)),
      GetParametersByPath: ({ Path: path }: ByPath) => [on('GetParametersByPath', path.replace(/(.)\/$/, '$1'))],
    },
    resources: {
      'AWS::SSM::Parameter': {
        properties: ['Name', 'Type', 'Value', 'Tier', 'DataType', 'AllowedPattern'],
        inert: ['Description', 'Tags', 'Policies'],
        create(context) {
          const parameter = parse(context, ports.clock.now());
          if (parameters.has(parameter.name)) throw new AwsError('ParameterAlreadyExists', parameter.name);
          parameters.set(parameter.name, parameter);
          return { ref: parameter.name, attributes: { Type: parameter.type, Value: parameter.value } };
        },
      },
    },
  };
}

/** In the order of names; without `Recursive` the level right under the path. */
function under(all: readonly StoredParameter[], { Path: path, Recursive: recursive = false }: ByPath) {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return all
    .filter(({ name }) => name.startsWith(prefix) && (recursive || !name.slice(prefix.length).includes('/')))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function parse(context: ResourceContext, madeMs: number): StoredParameter {
  const { properties } = context;
  const where = `${context.stackName}/${context.logicalId}`;
  const name = properties['Name'] === undefined ? context.generatedName() : String(properties['Name']);
  const type = String(properties['Type']);
  const value = properties['Value'];
  const tier = String(properties['Tier'] ?? 'Standard');
  const dataType = String(properties['DataType'] ?? 'text');
  const wrong = (what: string, remedy: string): never => {
    throw new UnknownToRegionError(what, where, remedy);
  };
  if (type !== 'String' && type !== 'StringList') return wrong(`Type ${type}`, 'use String or StringList');
  if (typeof value !== 'string' || value === '') return wrong('Value', 'a parameter has a text of 1 character or more');
  if (!NAME.test(name)) return wrong(`Name ${name}`, 'use letters, digits, and . - _ between slashes');
  const limit = TIERS[tier] ?? wrong(`Tier ${tier}`, `use ${Object.keys(TIERS).join(', ')}`);
  if (value.length > limit) return wrong(`Value of ${value.length} characters`, `${tier} takes ${limit}`);
  if (dataType !== 'text') return wrong(`DataType ${dataType}`, 'use text');
  const pattern = properties['AllowedPattern'];
  if (pattern !== undefined && !new RegExp(String(pattern)).test(value)) {
    return wrong(`Value ${value}`, `AllowedPattern is ${String(pattern)}`);
  }
  return { name, type, value, madeMs };
}
