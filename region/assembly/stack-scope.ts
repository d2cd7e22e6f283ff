/**
 * What intrinsic functions see of one stack: pseudo parameters, parameters with their defaults, resources that exist by
 * now, mappings, conditions. Exports are looked up across stacks.
 */
import { UnknownToRegionError } from '../errors.ts';
import type { CreatedResource } from '../service.ts';
import { NO_VALUE, resolve, type Scope } from './intrinsics.ts';
import type { AssemblyStack } from './manifest.ts';

export interface Account {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

export interface ScopeSources {
  readonly account: Account;
  /** The resource if it exists by now. */
  created(stackName: string, logicalId: string): CreatedResource | undefined;
  exported(exportName: string, where: string): unknown;
}

function pseudoParameters(stack: AssemblyStack, account: Account, id: string): Readonly<Record<string, unknown>> {
  const { accountId, region, partition } = account;
  return {
    'AWS::AccountId': accountId,
    'AWS::Region': region,
    'AWS::Partition': partition,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack.stackName,
    'AWS::StackId': `arn:${partition}:cloudformation:${region}:${accountId}:stack/${stack.stackName}/${id}`,
    'AWS::NotificationARNs': [],
    'AWS::NoValue': NO_VALUE,
  };
}

/** @param id hexadecimal id of the stack */
export function createScope(stack: AssemblyStack, sources: ScopeSources, id: string): (logicalId: string) => Scope {
  const pseudo = pseudoParameters(stack, sources.account, id);
  const { Parameters = {}, Mappings = {}, Conditions = {} } = stack.template;

  const scopeFor = (logicalId: string): Scope => {
    const where = `${stack.stackName}/${logicalId}`;
    const existing = (wanted: string): CreatedResource => {
      const resource = sources.created(stack.stackName, wanted);
      if (resource !== undefined) return resource;
      throw new UnknownToRegionError(`reference to ${wanted}`, where, 'no such resource in the stack');
    };
    const scope: Scope = {
      where,
      region: sources.account.region,
      ref(name) {
        if (Object.hasOwn(pseudo, name)) return pseudo[name];
        const parameter = Parameters[name];
        if (parameter === undefined) return existing(name).ref;
        if (parameter.Default !== undefined) return parameter.Default;
        throw new UnknownToRegionError(`parameter ${name}`, where, 'give the parameter a default');
      },
      attribute(target, name) {
        const value = existing(target).attributes[name];
        if (value !== undefined) return value;
        const type = stack.template.Resources?.[target]?.Type;
        throw new UnknownToRegionError(
          `attribute ${name} of ${target} (${type})`,
          where,
          'the region does not give it',
        );
      },
      importValue: (exportName) => sources.exported(exportName, where),
      condition(name) {
        if (!Object.hasOwn(Conditions, name)) throw new UnknownToRegionError(`condition ${name}`, where, 'define it');
        return resolve(Conditions[name], scope) === true;
      },
      mapping(map, first, second) {
        const value = Mappings[map]?.[first]?.[second];
        if (value !== undefined) return value;
        throw new UnknownToRegionError(`mapping ${map}.${first}.${second}`, where, 'define it');
      },
    };
    return scope;
  };
  return scopeFor;
}
