/** The API actions on users and groups of a pool. */
import { AwsError } from '../../errors.ts';
import type { CognitoStore, PasswordPolicy, User } from './store.ts';

interface UserInput {
  readonly UserPoolId: string;
  readonly Username: string;
}

interface CreateUserInput extends UserInput {
  readonly UserAttributes?: readonly { Name: string; Value?: string }[];
  readonly TemporaryPassword?: string;
}

interface SetPasswordInput extends UserInput {
  readonly Password: string;
  readonly Permanent?: boolean;
}

interface GroupInput extends UserInput {
  readonly GroupName: string;
}

export function userOperations(store: CognitoStore) {
  return {
    AdminCreateUser: (input: CreateUserInput) => {
      const pool = store.pool(input.UserPoolId);
      if (input.TemporaryPassword !== undefined) checkPassword(pool.passwordPolicy, input.TemporaryPassword);
      const user = store.createUser(pool, input.Username, input.UserAttributes ?? []);
      user.password = input.TemporaryPassword;
      return { User: { ...describeUser(user), Attributes: attributeList(user) } };
    },
    AdminSetUserPassword: (input: SetPasswordInput) => {
      const pool = store.pool(input.UserPoolId);
      const user = store.user(pool, input.Username);
      checkPassword(pool.passwordPolicy, input.Password);
      user.password = input.Password;
      user.status = input.Permanent === true ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
      return {};
    },
    AdminAddUserToGroup: (input: GroupInput) => {
      store.addToGroup(store.pool(input.UserPoolId), input.Username, input.GroupName);
      return {};
    },
    AdminRemoveUserFromGroup: (input: GroupInput) => {
      store.user(store.pool(input.UserPoolId), input.Username).groups.delete(input.GroupName);
      return {};
    },
    AdminGetUser: (input: UserInput) => {
      const user = store.user(store.pool(input.UserPoolId), input.Username);
      return { ...describeUser(user), UserAttributes: attributeList(user) };
    },
    AdminDisableUser: (input: UserInput) => {
      store.user(store.pool(input.UserPoolId), input.Username).enabled = false;
      return {};
    },
    AdminEnableUser: (input: UserInput) => {
      store.user(store.pool(input.UserPoolId), input.Username).enabled = true;
      return {};
    },
    AdminDeleteUser: (input: UserInput) => {
      const pool = store.pool(input.UserPoolId);
      pool.users.delete(store.user(pool, input.Username).username);
      return {};
    },
    GetUser: ({ AccessToken }: { AccessToken: string }) => {
      const { principal } = store.verify(AccessToken, 'access');
      const user = store.user(store.pool(principal.userPoolId), principal.username);
      return { Username: user.username, UserAttributes: attributeList(user) };
    },
  };
}

function describeUser(user: User) {
  return {
    Username: user.username,
    UserCreateDate: new Date(user.createdMs),
    UserLastModifiedDate: new Date(user.createdMs),
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}

function attributeList(user: User) {
  return [...user.attributes].map(([Name, Value]) => ({ Name, Value }));
}

function checkPassword(policy: PasswordPolicy, password: string): void {
  const faults: readonly (readonly [boolean, string])[] = [
    [password.length < policy.minimumLength, 'Password not long enough'],
    [policy.requireUppercase && !/[A-Z]/.test(password), 'Password must have uppercase characters'],
    [policy.requireLowercase && !/[a-z]/.test(password), 'Password must have lowercase characters'],
    [policy.requireNumbers && !/\d/.test(password), 'Password must have numeric characters'],
    [policy.requireSymbols && !/[^A-Za-z0-9]/.test(password), 'Password must have symbol characters'],
  ];
  const fault = faults.find(([broken]) => broken);
  if (fault !== undefined) {
    throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${fault[1]}`);
  }
}
