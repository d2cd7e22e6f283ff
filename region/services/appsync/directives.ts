/** What every AppSync schema has beyond its own text: the AWS directives and scalars, and who a field is open to. */

import type { ConstDirectiveNode, ValueNode } from 'graphql';
import {
  GraphQLError,
  type GraphQLField,
  type GraphQLObjectType,
  GraphQLScalarType,
  type GraphQLSchema,
  Kind,
} from 'graphql';

export type AuthMode = 'AMAZON_COGNITO_USER_POOLS' | 'AWS_IAM';

export const APPSYNC_PRELUDE = `
directive @aws_auth(cognito_groups: [String]) on FIELD_DEFINITION
directive @aws_cognito_user_pools(cognito_groups: [String]) on OBJECT | FIELD_DEFINITION
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_api_key on OBJECT | FIELD_DEFINITION
directive @aws_lambda on OBJECT | FIELD_DEFINITION
directive @aws_oidc on OBJECT | FIELD_DEFINITION
directive @aws_subscribe(mutations: [String]) on FIELD_DEFINITION
scalar AWSDate
scalar AWSTime
scalar AWSDateTime
scalar AWSTimestamp
scalar AWSEmail
scalar AWSJSON
scalar AWSURL
scalar AWSPhone
scalar AWSIPAddress
`;

/** Open to a mode when it stands here; to the named groups only when there are some. */
export type Access = ReadonlyMap<AuthMode, readonly string[] | undefined>;

const MODE_OF: Readonly<Record<string, AuthMode>> = {
  aws_cognito_user_pools: 'AMAZON_COGNITO_USER_POOLS',
  aws_auth: 'AMAZON_COGNITO_USER_POOLS',
  aws_iam: 'AWS_IAM',
};

/** A field's directives win over its type's; without any, the field is open to the API's default mode alone. */
export function accessOf(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  defaultMode: AuthMode,
): Access {
  for (const node of [field.astNode, type.astNode]) {
    const access = new Map<AuthMode, readonly string[] | undefined>();
    for (const directive of node?.directives ?? []) {
      const mode = MODE_OF[directive.name.value];
      if (mode !== undefined) access.set(mode, listArgument(directive, 'cognito_groups'));
    }
    if (access.size > 0) return access;
  }
  return new Map([[defaultMode, undefined]]);
}

/** Mutations that feed a subscription field. */
export function subscribedMutations(field: GraphQLField<unknown, unknown>): readonly string[] {
  const directive = field.astNode?.directives?.find((one) => one.name.value === 'aws_subscribe');
  return (directive && listArgument(directive, 'mutations')) ?? [];
}

function listArgument(directive: ConstDirectiveNode, name: string): readonly string[] | undefined {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind !== Kind.LIST) return undefined;
  return value.values.flatMap((one) => (one.kind === Kind.STRING ? [one.value] : []));
}

type Check = (value: unknown) => unknown;

function matching(pattern: RegExp): Check {
  return (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined);
}

const ZONE = '(Z|[+-]\\d\\d:\\d\\d(:\\d\\d)?)';
const CHECKS: Readonly<Record<string, Check>> = {
  AWSDate: matching(new RegExp(`^\\d{4}-\\d\\d-\\d\\d${ZONE}?$`)),
  AWSTime: matching(new RegExp(`^\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?${ZONE}?$`)),
  AWSDateTime: matching(new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?${ZONE}$`)),
  AWSTimestamp: (value) => (Number.isInteger(value) ? value : undefined),
  AWSEmail: matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/),
  AWSURL: matching(/^[a-z][a-z0-9+.-]*:\/\/\S+$/i),
  AWSPhone: matching(/^\+?[\d\s().-]{4,20}$/),
  AWSIPAddress: matching(/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)(\/\d{1,3})?$/i),
};

/** Gives the AWS scalars of a schema their behaviour. */
export function installScalars(schema: GraphQLSchema): void {
  for (const [name, check] of Object.entries(CHECKS)) {
    const scalar = schema.getType(name);
    if (!(scalar instanceof GraphQLScalarType)) continue;
    const checked = (value: unknown): unknown => {
      const result = check(value);
      if (result === undefined) {
        throw new GraphQLError(`Can't serialize value : Unable to serialize \`${String(value)}\` as a valid ${name}.`);
      }
      return result;
    };
    scalar.serialize = checked;
    scalar.parseValue = checked;
    scalar.parseLiteral = (node) => checked(literal(node));
  }
  const json = schema.getType('AWSJSON');
  if (json instanceof GraphQLScalarType) {
    // Clients send JSON as text and get text; resolvers see the value.
    json.serialize = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
    json.parseValue = (value) => parseJson(value);
    json.parseLiteral = (node) => parseJson(literal(node));
  }
}

function literal(node: ValueNode): unknown {
  if (node.kind === Kind.STRING) return node.value;
  return node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : undefined;
}

function parseJson(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    throw new GraphQLError(`Variable has an invalid value: \`${String(value)}\` is not a valid AWSJSON.`);
  }
}
