/** `InitiateAuth` and `AdminInitiateAuth`: a password or a refresh token against id, access and refresh tokens. */
import { AwsError } from '../../errors.ts';
import type { CognitoStore, User, UserPoolClient } from './store.ts';

export interface InitiateAuthInput {
  readonly AuthFlow: string;
  readonly ClientId: string;
  readonly UserPoolId?: string;
  readonly AuthParameters?: Readonly<Record<string, string>>;
}

const FLOWS: Readonly<Record<string, { readonly allowance: string; readonly admin: boolean }>> = {
  ADMIN_USER_PASSWORD_AUTH: { allowance: 'ALLOW_ADMIN_USER_PASSWORD_AUTH', admin: true },
  USER_PASSWORD_AUTH: { allowance: 'ALLOW_USER_PASSWORD_AUTH', admin: false },
  REFRESH_TOKEN_AUTH: { allowance: 'ALLOW_REFRESH_TOKEN_AUTH', admin: false },
  REFRESH_TOKEN: { allowance: 'ALLOW_REFRESH_TOKEN_AUTH', admin: false },
};

/** Throws `NotAuthorizedException` for a wrong password, `InvalidParameterException` for a flow the client lacks. */
export function initiateAuth(store: CognitoStore, input: InitiateAuthInput, admin: boolean) {
  const client = store.client(input.ClientId);
  if (input.UserPoolId !== undefined && input.UserPoolId !== client.pool.id) {
    throw new AwsError('ResourceNotFoundException', `User pool client ${client.id} does not exist.`);
  }
  const flow = FLOWS[input.AuthFlow];
  if (flow === undefined || (flow.admin && !admin)) {
    throw new AwsError('InvalidParameterException', `Initiate Auth method not supported: ${input.AuthFlow}.`);
  }
  if (!client.authFlows.has(flow.allowance)) {
    throw new AwsError('InvalidParameterException', `${input.AuthFlow} flow not enabled for this client`);
  }
  const parameters = input.AuthParameters ?? {};
  if (flow.allowance === 'ALLOW_REFRESH_TOKEN_AUTH') {
    const { principal } = store.verify(parameters['REFRESH_TOKEN'] ?? '', 'refresh');
    return tokens(store, client, store.user(client.pool, principal.username), false);
  }
  const user = client.pool.users.get(parameters['USERNAME'] ?? '');
  if (user === undefined || user.password === undefined || user.password !== parameters['PASSWORD']) {
    throw new AwsError('NotAuthorizedException', 'Incorrect username or password.');
  }
  if (!user.enabled) throw new AwsError('NotAuthorizedException', 'User is disabled.');
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    return {
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: { USER_ID_FOR_SRP: user.username, requiredAttributes: '[]' },
      Session: store.issue(client, user, 'refresh'),
    };
  }
  return tokens(store, client, user, true);
}

function tokens(store: CognitoStore, client: UserPoolClient, user: User, withRefresh: boolean) {
  return {
    ChallengeParameters: {},
    AuthenticationResult: {
      AccessToken: store.issue(client, user, 'access'),
      ExpiresIn: Math.floor(client.accessTokenMs / 1000),
      TokenType: 'Bearer',
      IdToken: store.issue(client, user, 'id'),
      ...(withRefresh ? { RefreshToken: store.issue(client, user, 'refresh') } : {}),
    },
  };
}
