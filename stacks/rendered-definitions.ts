/**
 * Renders the state machines of the app for people to review: the definition as it is deployed, keys in a stable order,
 * with what only an account knows replaced by a name, e.g. `${AwaitSignalFunctionArn}`.
 */
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  DefaultTokenResolver,
  type IResolvable,
  type IResolveContext,
  Reference,
  StringConcat,
  Tokenization,
} from 'aws-cdk-lib/core';
import type { PerfectOrderApp } from './perfect-order-app.ts';

/** Constructs that a CDK class makes for its own resource add nothing to its name. */
const OWN_RESOURCE = new Set(['Resource', 'Queue', 'Default']);

class NamingResolver extends DefaultTokenResolver {
  constructor() {
    super(new StringConcat());
  }

  override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: never): unknown {
    if (!Reference.isReference(token)) return pseudoParameter(super.resolveToken(token, context, postProcessor));
    const { target, displayName } = token;
    const path = target.node.path.split('/').slice(1);
    const attribute = displayName === 'Ref' ? '' : displayName;
    return `\${${path.filter((part) => !OWN_RESOURCE.has(part)).join('')}${attribute}}`;
  }
}

/** `{ Ref: 'AWS::Region' }` by its name; the partition as it is almost everywhere, so that ARNs of integrations read well. */
function pseudoParameter(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('Ref' in value)) return value;
  return value.Ref === 'AWS::Partition' ? 'aws' : `\${${String(value.Ref).replace('::', '')}}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

/** @returns the text of `<machine name>.asl.json` by machine name, for every machine of the app */
export function renderDefinitions({ app }: PerfectOrderApp): ReadonlyMap<string, string> {
  const rendered = new Map<string, string>();
  for (const machine of app.node.findAll().filter((node) => node instanceof CfnStateMachine)) {
    const text: unknown = Tokenization.resolve(machine.definitionString, {
      scope: machine,
      resolver: new NamingResolver(),
      preparing: false,
    });
    rendered.set(String(machine.stateMachineName), `${JSON.stringify(sorted(JSON.parse(String(text))), null, 2)}\n`);
  }
  return rendered;
}
