/**
 * User pools, their clients, groups and users, and the tokens they issue. A token has the shape of a JWT; its third part
 * is a keyed hash with the pool's secret, so nothing but the pool can make one, and the same run makes the same tokens.
 */
import { createHmac } from 'node:crypto';
import { AwsError } from '../../errors.ts';
import type { Principal, RegionPorts } from '../../service.ts';

export type CognitoPrincipal = Extract<Principal, { kind: 'cognito' }>;
export type Claims = Readonly<Record<string, unknown>>;

export interface VerifiedToken {
  readonly principal: CognitoPrincipal;
  readonly claims: Claims;
}

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requireLowercase: boolean;
  readonly requireUppercase: boolean;
  readonly requireNumbers: boolean;
  readonly requireSymbols: boolean;
}

export interface User {
  readonly username: string;
  readonly sub: string;
  readonly createdMs: number;
  readonly attributes: Map<string, string>;
  readonly groups: Set<string>;
  enabled: boolean;
  status: 'FORCE_CHANGE_PASSWORD' | 'CONFIRMED';
  password: string | undefined;
}

export interface UserPool {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly secret: string;
  readonly customAttributes: ReadonlySet<string>;
  readonly passwordPolicy: PasswordPolicy;
  readonly users: Map<string, User>;
  readonly groups: Set<string>;
}

export interface UserPoolClient {
  readonly id: string;
  readonly pool: UserPool;
  readonly authFlows: ReadonlySet<string>;
  readonly idTokenMs: number;
  readonly accessTokenMs: number;
  readonly refreshTokenMs: number;
}

export type TokenUse = 'id' | 'access' | 'refresh';

export class CognitoStore {
  readonly pools = new Map<string, UserPool>();
  readonly clients = new Map<string, UserPoolClient>();
  readonly #verified = new Map<string, VerifiedToken>();
  readonly #ports: RegionPorts;

  constructor(ports: RegionPorts) {
    this.#ports = ports;
  }

  createPool(name: string, customAttributes: ReadonlySet<string>, passwordPolicy: PasswordPolicy): UserPool {
    const { partition, region, accountId } = this.#ports;
    const id = `${region}_${this.#ports.uuid().replaceAll('-', '').slice(0, 9)}`;
    const arn = `arn:${partition}:cognito-idp:${region}:${accountId}:userpool/${id}`;
    const secret = this.#ports.uuid();
    const pool: UserPool = {
      id,
      arn,
      name,
      secret,
      customAttributes,
      passwordPolicy,
      users: new Map(),
      groups: new Set(),
    };
    this.pools.set(id, pool);
    return pool;
  }

  createClient(client: Omit<UserPoolClient, 'id'>): UserPoolClient {
    const created = { ...client, id: this.#ports.uuid().replaceAll('-', '').slice(0, 26) };
    this.clients.set(created.id, created);
    return created;
  }

  pool(id: string): UserPool {
    const pool = this.pools.get(id);
    if (pool === undefined) throw new AwsError('ResourceNotFoundException', `User pool ${id} does not exist.`);
    return pool;
  }

  client(id: string): UserPoolClient {
    const client = this.clients.get(id);
    if (client === undefined) throw new AwsError('ResourceNotFoundException', `User pool client ${id} does not exist.`);
    return client;
  }

  user(pool: UserPool, username: string): User {
    const user = pool.users.get(username);
    if (user === undefined) throw new AwsError('UserNotFoundException', 'User does not exist.');
    return user;
  }

  createUser(pool: UserPool, username: string, attributes: readonly { Name: string; Value?: string }[]): User {
    if (pool.users.has(username)) throw new AwsError('UsernameExistsException', 'User account already exists');
    for (const { Name: name } of attributes) {
      if (name.startsWith('custom:') && !pool.customAttributes.has(name)) {
        throw new AwsError(
          'InvalidParameterException',
          `Attributes did not conform to the schema: ${name}: Attribute does not exist in the schema.`,
        );
      }
    }
    const sub = this.#ports.uuid();
    const user: User = {
      username,
      sub,
      createdMs: this.#ports.clock.now(),
      attributes: new Map([['sub', sub], ...attributes.map(({ Name, Value }) => [Name, Value ?? ''] as const)]),
      groups: new Set(),
      enabled: true,
      status: 'FORCE_CHANGE_PASSWORD',
      password: undefined,
    };
    pool.users.set(username, user);
    return user;
  }

  addToGroup(pool: UserPool, username: string, group: string): void {
    if (!pool.groups.has(group)) throw new AwsError('ResourceNotFoundException', 'Group not found.');
    this.user(pool, username).groups.add(group);
  }

  issue(client: UserPoolClient, user: User, use: TokenUse): string {
    const { pool } = client;
    const issuedSeconds = Math.floor(this.#ports.clock.now() / 1000);
    const lifeMs = { id: client.idTokenMs, access: client.accessTokenMs, refresh: client.refreshTokenMs }[use];
    const claims: Record<string, unknown> = {
      sub: user.sub,
      iss: this.issuer(pool),
      token_use: use,
      auth_time: issuedSeconds,
      iat: issuedSeconds,
      exp: issuedSeconds + Math.floor(lifeMs / 1000),
      jti: this.#ports.uuid(),
    };
    if (user.groups.size > 0) claims['cognito:groups'] = [...user.groups];
    if (use === 'id') {
      claims['aud'] = client.id;
      claims['cognito:username'] = user.username;
      for (const [name, value] of user.attributes) if (name !== 'sub') claims[name] = value;
    } else {
      claims['client_id'] = client.id;
      claims['username'] = user.username;
      claims['scope'] = 'aws.cognito.signin.user.admin';
    }
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ kid: pool.id, alg: 'RS256' })}.${encode(claims)}`;
    return `${signed}.${sign(pool, signed)}`;
  }

  issuer(pool: UserPool): string {
    return `https://cognito-idp.${this.#ports.region}.amazonaws.com/${pool.id}`;
  }

  /** Who holds the token. Throws `NotAuthorizedException` when it is not of a pool here, was changed, or has expired. */
  verify(token: string, use?: TokenUse): VerifiedToken {
    let known = this.#verified.get(token);
    if (known === undefined) {
      known = this.#check(token);
      this.#verified.set(token, known);
    }
    const { claims } = known;
    if (Number(claims['exp']) * 1000 <= this.#ports.clock.now()) {
      this.#verified.delete(token);
      throw new AwsError('NotAuthorizedException', 'Token has expired.', 401);
    }
    if (use === undefined ? claims['token_use'] === 'refresh' : claims['token_use'] !== use) {
      throw new AwsError('NotAuthorizedException', 'Invalid token use.', 401);
    }
    return known;
  }

  #check(token: string): VerifiedToken {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const claims = decode(payload);
    const issuer = String(claims['iss'] ?? '');
    const pool = this.pools.get(issuer.slice(issuer.lastIndexOf('/') + 1));
    if (pool === undefined || signature !== sign(pool, `${header}.${payload}`)) {
      throw new AwsError('NotAuthorizedException', 'Invalid token.', 401);
    }
    const username = String(claims['cognito:username'] ?? claims['username']);
    const groups = Array.isArray(claims['cognito:groups']) ? claims['cognito:groups'].map(String) : [];
    return { principal: { kind: 'cognito', userPoolId: pool.id, username, groups }, claims };
  }
}

function sign(pool: UserPool, text: string): string {
  return createHmac('sha256', pool.secret).update(text).digest('base64url');
}

function decode(payload: string): Claims {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Claims;
  } catch {
    return {};
  }
}
