/** Who calls an API: a signed-in user by token, or an AWS principal by signature; and the `identity` resolvers see. */
import { AwsError } from '../../errors.ts';
import type { Principal, RegionPorts } from '../../service.ts';
import type { VerifiedToken } from '../cognito/index.ts';
import type { Access, AuthMode } from './directives.ts';
import type { Caller, GraphQLApi } from './model.ts';

export type Authorization =
  | { readonly kind: 'cognito'; readonly token: string }
  | { readonly kind: 'iam'; readonly principal: Principal };

/** Checks a token; throws when it is false or has expired. */
export type TokenVerifier = (token: string) => VerifiedToken;

const SOURCE_IP = ['127.0.0.1'];

/** Throws `UnauthorizedException` (401) when the API does not take this kind of caller or the token is not good. */
export function identify(
  ports: RegionPorts,
  api: GraphQLApi,
  authorization: Authorization,
  verify: TokenVerifier,
): Caller {
  const mode: AuthMode = authorization.kind === 'iam' ? 'AWS_IAM' : 'AMAZON_COGNITO_USER_POOLS';
  if (!api.modes.has(mode)) throw unauthorized();
  if (authorization.kind === 'iam') {
    const { principal } = authorization;
    return { mode, principal, groups: [], identity: iamIdentity(ports, principal) };
  }
  const { principal, claims } = checkToken(authorization.token, verify);
  if (!api.userPoolIds.has(principal.userPoolId)) throw unauthorized();
  return {
    mode,
    principal,
    groups: principal.groups,
    identity: {
      sub: claims['sub'],
      issuer: claims['iss'],
      username: principal.username,
      claims,
      sourceIp: SOURCE_IP,
      defaultAuthStrategy: 'ALLOW',
      groups: principal.groups.length > 0 ? principal.groups : null,
    },
  };
}

function checkToken(token: string, verify: TokenVerifier): VerifiedToken {
  try {
    return verify(token.replace(/^Bearer /i, ''));
  } catch (error) {
    if (error instanceof AwsError) throw unauthorized(error.message);
    throw error;
  }
}

function iamIdentity(ports: RegionPorts, principal: Principal) {
  const userArn = principal.kind === 'role' ? principal.arn : `arn:${ports.partition}:iam::${ports.accountId}:root`;
  return {
    accountId: ports.accountId,
    cognitoIdentityPoolId: null,
    cognitoIdentityId: null,
    sourceIp: SOURCE_IP,
    username: userArn.slice(userArn.lastIndexOf('/') + 1),
    userArn,
    cognitoIdentityAuthType: null,
    cognitoIdentityAuthProvider: null,
  };
}

export function unauthorized(message = 'You are not authorized to make this call.'): AwsError {
  return new AwsError('UnauthorizedException', message, 401);
}

/** Whether the caller may use a field of this access. */
export function mayAccess(caller: Caller, access: Access): boolean {
  if (!access.has(caller.mode)) return false;
  const groups = access.get(caller.mode);
  return groups === undefined || groups.some((group) => caller.groups.includes(group));
}
