/** `AWS::Cognito::*`: pools, clients, groups and users of the templates. */
import { UnknownToRegionError } from '../../errors.ts';
import type { RegionPorts, ResourceContext, ResourceHandler } from '../../service.ts';
import {
  type Fields,
  isObject,
  knownFields,
  optionalNumber,
  optionalString,
  requiredString,
} from '../eventbridge/known-fields.ts';
import type { CognitoStore, PasswordPolicy } from './store.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

export function cognitoResources(ports: RegionPorts, store: CognitoStore): Readonly<Record<string, ResourceHandler>> {
  return {
    'AWS::Cognito::UserPool': {
      properties: ['UserPoolName', 'Schema', 'Policies', 'MfaConfiguration'],
      inert: [
        'AccountRecoverySetting',
        'AdminCreateUserConfig',
        'AutoVerifiedAttributes',
        'DeletionProtection',
        'EmailConfiguration',
        'EmailVerificationMessage',
        'EmailVerificationSubject',
        'EnabledMfas',
        'SmsConfiguration',
        'SmsVerificationMessage',
        'UserPoolAddOns',
        'UserPoolTags',
        'UserPoolTier',
        'UsernameConfiguration',
        'VerificationMessageTemplate',
      ],
      create: (context) => createPool(ports, store, context),
    },
    'AWS::Cognito::UserPoolClient': {
      properties: [
        'UserPoolId',
        'ClientName',
        'ExplicitAuthFlows',
        'IdTokenValidity',
        'AccessTokenValidity',
        'RefreshTokenValidity',
        'TokenValidityUnits',
      ],
      inert: [
        'AllowedOAuthFlows',
        'AllowedOAuthFlowsUserPoolClient',
        'AllowedOAuthScopes',
        'AuthSessionValidity',
        'CallbackURLs',
        'EnableTokenRevocation',
        'GenerateSecret',
        'LogoutURLs',
        'PreventUserExistenceErrors',
        'ReadAttributes',
        'SupportedIdentityProviders',
        'WriteAttributes',
      ],
      create: (context) => createClient(store, context),
    },
    'AWS::Cognito::UserPoolGroup': {
      properties: ['UserPoolId', 'GroupName'],
      inert: ['Description', 'Precedence', 'RoleArn'],
      create: ({ properties, logicalId, generatedName }) => {
        const name = optionalString(properties, 'GroupName') ?? generatedName();
        store.pool(requiredString(properties, 'UserPoolId', logicalId)).groups.add(name);
        return { ref: name, attributes: {} };
      },
    },
    'AWS::Cognito::UserPoolDomain': {
      properties: [],
      inert: ['UserPoolId', 'Domain', 'CustomDomainConfig', 'ManagedLoginVersion'],
      create: ({ properties, logicalId }) => ({
        ref: optionalString(properties, 'Domain') ?? logicalId,
        attributes: {},
      }),
    },
    'AWS::Cognito::UserPoolUser': {
      properties: ['UserPoolId', 'Username', 'UserAttributes'],
      inert: ['DesiredDeliveryMediums', 'MessageAction', 'ForceAliasCreation'],
      create: ({ properties, logicalId, generatedName }) => {
        const username = optionalString(properties, 'Username') ?? generatedName();
        const attributes = Array.isArray(properties['UserAttributes']) ? properties['UserAttributes'] : [];
        store.createUser(store.pool(requiredString(properties, 'UserPoolId', logicalId)), username, attributes);
        return { ref: username, attributes: {} };
      },
    },
    'AWS::Cognito::UserPoolUserToGroupAttachment': {
      properties: ['UserPoolId', 'Username', 'GroupName'],
      inert: [],
      create: ({ properties, logicalId }) => {
        const pool = store.pool(requiredString(properties, 'UserPoolId', logicalId));
        store.addToGroup(
          pool,
          requiredString(properties, 'Username', logicalId),
          requiredString(properties, 'GroupName', logicalId),
        );
        return { ref: logicalId, attributes: {} };
      },
    },
  };
}

function createPool(ports: RegionPorts, store: CognitoStore, context: ResourceContext) {
  const { properties, logicalId } = context;
  if (properties['MfaConfiguration'] === 'ON') {
    throw new UnknownToRegionError(
      'MfaConfiguration ON',
      `user pool ${logicalId}`,
      'set it to OPTIONAL: password sign-in without a second factor is what the region offers',
    );
  }
  const schema: readonly unknown[] = Array.isArray(properties['Schema']) ? properties['Schema'] : [];
  const custom = schema.filter(isObject).map((attribute) => `custom:${String(attribute['Name'])}`);
  const name = optionalString(properties, 'UserPoolName') ?? context.generatedName();
  const pool = store.createPool(name, new Set(custom), passwordPolicy(properties, `user pool ${logicalId}`));
  return {
    ref: pool.id,
    attributes: {
      Arn: pool.arn,
      UserPoolId: pool.id,
      ProviderName: `cognito-idp.${ports.region}.amazonaws.com/${pool.id}`,
      ProviderURL: store.issuer(pool),
    },
  };
}

function passwordPolicy(properties: Fields, where: string): PasswordPolicy {
  const { PasswordPolicy: policy = {} } = knownFields(
    properties['Policies'] ?? {},
    ['PasswordPolicy', 'SignInPolicy'],
    where,
  );
  const fields = isObject(policy) ? policy : {};
  const required = (name: string) => String(fields[name] ?? true) === 'true';
  return {
    minimumLength: optionalNumber(fields, 'MinimumLength', where) ?? 8,
    requireLowercase: required('RequireLowercase'),
    requireUppercase: required('RequireUppercase'),
    requireNumbers: required('RequireNumbers'),
    requireSymbols: required('RequireSymbols'),
  };
}

function createClient(store: CognitoStore, context: ResourceContext) {
  const { properties, logicalId } = context;
  const where = `user pool client ${logicalId}`;
  const units = knownFields(properties['TokenValidityUnits'] ?? {}, ['IdToken', 'AccessToken', 'RefreshToken'], where);
  const life = (property: string, unit: string, defaultUnit: string, defaultCount: number) =>
    (optionalNumber(properties, property, where) ?? defaultCount) * (UNIT_MS[String(units[unit] ?? defaultUnit)] ?? 0);
  const flows = properties['ExplicitAuthFlows'];
  const client = store.createClient({
    pool: store.pool(requiredString(properties, 'UserPoolId', where)),
    authFlows: new Set(Array.isArray(flows) ? flows.map(String) : ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']),
    idTokenMs: life('IdTokenValidity', 'IdToken', 'hours', 1),
    accessTokenMs: life('AccessTokenValidity', 'AccessToken', 'hours', 1),
    refreshTokenMs: life('RefreshTokenValidity', 'RefreshToken', 'days', 30),
  });
  const name = optionalString(properties, 'ClientName') ?? context.generatedName();
  return { ref: client.id, attributes: { ClientId: client.id, Name: name } };
}
