/**
 * IoT policies for one connection: its variables are put in once, then an action on a topic is a few pattern matches.
 * A denial anywhere wins; without an allowance nothing is allowed.
 */
import { UnknownToRegionError } from '../../errors.ts';
import { isObject } from '../eventbridge/known-fields.ts';

export interface ConnectionFacts {
  readonly clientId: string;
  /** The thing that is attached to the certificate and named like the client. */
  readonly thingName: string | undefined;
  readonly thingAttributes: Readonly<Record<string, string>>;
}

export type PolicyDecision = (action: string, resource: string) => boolean;

interface Statement {
  readonly allows: boolean;
  readonly actions: readonly RegExp[];
  readonly resources: readonly RegExp[];
}

/** @param documents policy documents: objects or JSON text */
export function evaluatePolicies(documents: readonly unknown[], facts: ConnectionFacts): PolicyDecision {
  const statements = documents.flatMap((document) => compileDocument(document, facts));
  return (action, resource) => {
    const matching = statements.filter(
      (statement) =>
        statement.actions.some((pattern) => pattern.test(action)) &&
        statement.resources.some((pattern) => pattern.test(resource)),
    );
    return matching.length > 0 && matching.every((statement) => statement.allows);
  };
}

function compileDocument(document: unknown, facts: ConnectionFacts): readonly Statement[] {
  const parsed: unknown = typeof document === 'string' ? JSON.parse(document) : document;
  const statements = isObject(parsed) ? parsed['Statement'] : undefined;
  return list(statements).flatMap((statement) => {
    if (!isObject(statement)) return [];
    if (!conditionHolds(statement['Condition'], facts)) return [];
    return [
      {
        allows: statement['Effect'] === 'Allow',
        actions: list(statement['Action']).map((action) => wildcard(String(action), 'i')),
        resources: list(statement['Resource']).flatMap((resource) => {
          const text = substitute(String(resource), facts);
          return text === undefined ? [] : [wildcard(text, '')];
        }),
      },
    ];
  });
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function wildcard(text: string, flags: string): RegExp {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}

/** Undefined when a variable has no value: such a resource matches nothing. */
function substitute(text: string, facts: ConnectionFacts): string | undefined {
  let complete = true;
  const result = text.replace(/\$\{([^}]+)\}/g, (_all, name: string) => {
    const value = variable(name, facts);
    if (value === undefined) complete = false;
    return value ?? '';
  });
  return complete ? result : undefined;
}

function variable(name: string, facts: ConnectionFacts): string | undefined {
  if (name === 'iot:ClientId') return facts.clientId;
  if (name === 'iot:Connection.Thing.ThingName') return facts.thingName;
  if (name === 'iot:Connection.Thing.IsAttached') return String(facts.thingName !== undefined);
  const attribute = /^iot:Connection\.Thing\.Attributes\[(.+)\]$/.exec(name);
  if (attribute !== null) return facts.thingAttributes[attribute[1] ?? ''];
  throw new UnknownToRegionError(`policy variable ${name}`, 'IoT policy', 'use the client id or thing variables');
}

function conditionHolds(condition: unknown, facts: ConnectionFacts): boolean {
  if (!isObject(condition)) return true;
  return Object.entries(condition).every(([operator, tests]) => {
    if (!['Bool', 'StringEquals', 'ForAllValues:StringEquals'].includes(operator) || !isObject(tests)) {
      throw new UnknownToRegionError(`condition ${operator}`, 'IoT policy', 'use Bool or StringEquals');
    }
    return Object.entries(tests).every(([key, wanted]) => {
      const actual = variable(key, facts);
      return list(wanted).some((one) => substitute(String(one), facts) === actual);
    });
  });
}
