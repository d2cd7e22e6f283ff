/** Cognito user pools: who a driver is. Tokens are verified by AppSync through `verify`. */
import type { Permission, RegionPorts, Service } from '../../service.ts';
import { cognitoResources } from './resources.ts';
import { type InitiateAuthInput, initiateAuth } from './sign-in.ts';
import { CognitoStore, type VerifiedToken } from './store.ts';
import { userOperations } from './users.ts';

export type { VerifiedToken } from './store.ts';

export interface CognitoService extends Service {
  /** Who holds an id or access token. Throws `NotAuthorizedException` for a token that is false or has expired. */
  verify(token: string): VerifiedToken;
}

const ADMIN_ACTIONS = [
  'AdminCreateUser',
  'AdminSetUserPassword',
  'AdminAddUserToGroup',
  'AdminRemoveUserFromGroup',
  'AdminGetUser',
  'AdminDisableUser',
  'AdminEnableUser',
  'AdminDeleteUser',
  'AdminInitiateAuth',
];

export function createCognito(ports: RegionPorts): CognitoService {
  const store = new CognitoStore(ports);
  const onPool =
    (action: string) =>
    ({ UserPoolId: id }: { UserPoolId: string }): readonly Permission[] => [
      {
        action: `cognito-idp:${action}`,
        resource: `arn:${ports.partition}:cognito-idp:${ports.region}:${ports.accountId}:userpool/${id}`,
      },
    ];
  return {
    name: 'cognitoidentityprovider',
    operations: {
      ...userOperations(store),
      AdminInitiateAuth: (input: InitiateAuthInput) => initiateAuth(store, input, true),
      InitiateAuth: (input: InitiateAuthInput) => initiateAuth(store, input, false),
    },
    permissions: {
      ...Object.fromEntries(ADMIN_ACTIONS.map((action) => [action, onPool(action)])),
      // A user signs in and reads itself without an AWS identity.
      InitiateAuth: () => [],
      GetUser: () => [],
    },
    resources: cognitoResources(ports, store),
    verify: (token) => store.verify(token),
  };
}
