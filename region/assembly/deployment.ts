/**
 * Creates the resources of an assembly in the region: every stack's, in one order that follows references, `DependsOn`
 * and imports across stacks. D1: a resource is created after everything it refers to. D2: a resource type or property
 * that nobody understands stops the deployment with its stack, logical id and name; all of them are listed at once.
 */
import { createHash } from 'node:crypto';
import { UnknownToRegionError } from '../errors.ts';
import type { CreatedResource, ResourceHandler } from '../service.ts';
import { INERT_TYPES } from './inert-types.ts';
import { resolve, type Scope } from './intrinsics.ts';
import type { AssemblyStack, TemplateOutput, TemplateResource } from './manifest.ts';
import { collectReferences, creationOrder } from './references.ts';
import { type Account, createScope } from './stack-scope.ts';

export interface DeployedResource extends CreatedResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  /** `aws:cdk:path` of the template, where it has one. */
  readonly path?: string;
}

export interface Deployment {
  readonly resources: readonly DeployedResource[];
  resource(stackName: string, logicalId: string): DeployedResource | undefined;
  /** Resolved outputs by stack, then by output name. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface PlannedResource {
  readonly stack: AssemblyStack;
  readonly logicalId: string;
  readonly definition: TemplateResource;
}

/** Outside of `Properties`; all of them are about changes and deletion, which the region does not have. */
const RESOURCE_FIELDS = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'Metadata',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
];

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const keyOf = (stackName: string, logicalId: string): string => `${stackName}/${logicalId}`;

/** As CloudFormation's: stack, logical id, a suffix; the front gives way when it would be too long. */
export function physicalName(stackName: string, logicalId: string, maxLength = 64): string {
  const suffix = hashOf(keyOf(stackName, logicalId)).slice(0, 12).toUpperCase();
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - 13)}-${suffix}`;
}

export async function deploy(
  stacks: readonly AssemblyStack[],
  handlers: ReadonlyMap<string, ResourceHandler>,
  account: Account,
): Promise<Deployment> {
  const created = new Map<string, DeployedResource>();
  const exports = new Map<string, { readonly stack: AssemblyStack; readonly output: TemplateOutput }>();
  const scopes = new Map<string, (logicalId: string) => Scope>();
  const scopeOf = (stack: AssemblyStack, logicalId: string): Scope => {
    let make = scopes.get(stack.stackName);
    if (make === undefined) {
      make = createScope(stack, sources, hashOf(stack.stackName).slice(0, 12));
      scopes.set(stack.stackName, make);
    }
    return make(logicalId);
  };
  const sources = {
    account,
    created: (stackName: string, logicalId: string) => created.get(keyOf(stackName, logicalId)),
    exported: (name: string, where: string): unknown => {
      const found = exports.get(name);
      if (found === undefined) throw new UnknownToRegionError(`export ${name}`, where, 'no stack exports it');
      return resolve(found.output.Value, scopeOf(found.stack, `Outputs.${name}`));
    },
  };

  const planned = new Map<string, PlannedResource>();
  for (const stack of stacks) {
    for (const output of Object.values(stack.template.Outputs ?? {})) {
      if (output.Export === undefined) continue;
      exports.set(String(resolve(output.Export.Name, scopeOf(stack, 'Outputs'))), { stack, output });
    }
    for (const [logicalId, definition] of Object.entries(stack.template.Resources ?? {})) {
      const isWanted = definition.Condition === undefined || scopeOf(stack, logicalId).condition(definition.Condition);
      if (isWanted) planned.set(keyOf(stack.stackName, logicalId), { stack, logicalId, definition });
    }
  }
  refuseUnknown([...planned.values()], handlers);

  const needed = (key: string): readonly string[] => {
    const { stack, definition } = planned.get(key) as PlannedResource;
    const found = collectReferences(definition.Properties);
    const explicit = definition.DependsOn === undefined ? [] : [definition.DependsOn].flat();
    const here = [...found.logicalIds, ...explicit].map((id) => keyOf(stack.stackName, id));
    const imported = found.imports.flatMap((argument) => {
      const source = exports.get(String(resolve(argument, scopeOf(stack, key))));
      if (source === undefined) return [];
      return [...collectReferences(source.output.Value).logicalIds].map((id) => keyOf(source.stack.stackName, id));
    });
    return [...here, ...imported].filter((id) => planned.has(id));
  };
  for (const key of creationOrder([...planned.keys()], needed)) {
    const resource = planned.get(key) as PlannedResource;
    created.set(key, await createResource(resource, handlers, scopeOf(resource.stack, resource.logicalId), account));
  }
  return {
    resources: [...created.values()],
    resource: (stackName, logicalId) => created.get(keyOf(stackName, logicalId)),
    outputs: Object.fromEntries(
      stacks.map((stack) => [stack.stackName, resolveOutputs(stack, scopeOf(stack, 'Outputs'))]),
    ),
  };
}

function resolveOutputs(stack: AssemblyStack, scope: Scope): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(stack.template.Outputs ?? {})
      .filter(([, output]) => output.Condition === undefined || scope.condition(output.Condition))
      .map(([name, output]) => [name, String(resolve(output.Value, scope))]),
  );
}

/** D2, before anything is created. */
function refuseUnknown(planned: readonly PlannedResource[], handlers: ReadonlyMap<string, ResourceHandler>): void {
  const problems = planned.flatMap(({ stack, logicalId, definition }) => {
    const at = `${stack.stackName}/${logicalId}`;
    const fields = Object.keys(definition).filter((field) => !RESOURCE_FIELDS.includes(field));
    const unknownFields = fields.map((field) => `${at}: field ${field} of ${definition.Type}`);
    const handler = handlers.get(definition.Type);
    if (handler === undefined) {
      return INERT_TYPES[definition.Type] === undefined
        ? [...unknownFields, `${at}: resource type ${definition.Type}`]
        : unknownFields;
    }
    const known = new Set([...handler.properties, ...handler.inert]);
    const unknown = Object.keys(definition.Properties ?? {}).filter((property) => !known.has(property));
    return [...unknownFields, ...unknown.map((property) => `${at}: property ${property} of ${definition.Type}`)];
  });
  if (problems.length === 0) return;
  throw new UnknownToRegionError(
    `${problems.length} of the templates' resource types or properties`,
    problems.join('; '),
    'leave them out of the app, or teach the service of the region',
  );
}

async function createResource(
  { stack, logicalId, definition }: PlannedResource,
  handlers: ReadonlyMap<string, ResourceHandler>,
  scope: Scope,
  account: Account,
): Promise<DeployedResource> {
  const { stackName } = stack;
  const path = definition.Metadata?.['aws:cdk:path'];
  const identity = {
    stackName,
    logicalId,
    type: definition.Type,
    ...(path === undefined ? {} : { path: String(path) }),
  };
  const properties = resolve(definition.Properties ?? {}, scope) as Record<string, unknown>;
  const generatedName = (maxLength?: number): string => physicalName(stackName, logicalId, maxLength);
  const handler = handlers.get(definition.Type);
  if (handler !== undefined) {
    const context = { stackName, logicalId, generatedName, properties, assemblyDirectory: stack.directory };
    return { ...identity, ...(await handler.create(context)) };
  }
  const inert = INERT_TYPES[definition.Type];
  if (inert === undefined) throw new UnknownToRegionError(definition.Type, scope.where, 'checked before creation');
  const { accountId, region } = account;
  const id = hashOf(scope.where).slice(0, 17);
  const context = { name: generatedName(), accountId, region, properties, id };
  const attributes = Object.entries(inert.attributes ?? {}).map(([name, give]) => [name, give(context)]);
  return { ...identity, ref: inert.ref(context), attributes: Object.fromEntries(attributes) };
}
