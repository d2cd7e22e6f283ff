import { describe, expect, test } from '@jest/globals';
import { fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createCognito } from './index.ts';

async function pool() {
  const ports = fakePorts();
  const service = createCognito(ports);
  const create = async (type: string, properties: Record<string, unknown>) => {
    const created = await service.resources[type]?.create(fakeResource('R', properties));
    return created?.ref ?? '';
  };
  const UserPoolId = await create('AWS::Cognito::UserPool', {
    Schema: [{ Name: 'vehicleId', AttributeDataType: 'String' }],
  });
  await create('AWS::Cognito::UserPoolGroup', { UserPoolId, GroupName: 'drivers' });
  const ClientId = await create('AWS::Cognito::UserPoolClient', {
    UserPoolId,
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    IdTokenValidity: 60,
    TokenValidityUnits: { IdToken: 'minutes' },
  });
  const Username = 'driver-1';
  await invoke(service, 'AdminCreateUser', {
    UserPoolId,
    Username,
    UserAttributes: [{ Name: 'custom:vehicleId', Value: 'v-1' }],
  });
  await invoke(service, 'AdminAddUserToGroup', { UserPoolId, Username, GroupName: 'drivers' });
  await invoke(service, 'AdminSetUserPassword', { UserPoolId, Username, Password: 'Secret-123', Permanent: true });
  const signIn = (PASSWORD: string, AuthFlow = 'ADMIN_USER_PASSWORD_AUTH') =>
    invoke<{ AuthenticationResult: { IdToken: string; AccessToken: string; RefreshToken: string } }>(
      service,
      'AdminInitiateAuth',
      {
        UserPoolId,
        ClientId,
        AuthFlow,
        AuthParameters: { USERNAME: Username, PASSWORD },
      },
    );
  return { ports, service, UserPoolId, ClientId, Username, signIn };
}

describe('a user pool', () => {
  test('issues tokens that carry the user, its groups and its attributes', async () => {
    const { service, signIn, UserPoolId } = await pool();
    const { AuthenticationResult: tokens } = await signIn('Secret-123');
    const { principal, claims } = service.verify(tokens.IdToken);
    expect(principal).toEqual({ kind: 'cognito', userPoolId: UserPoolId, username: 'driver-1', groups: ['drivers'] });
    expect(claims).toMatchObject({
      'cognito:username': 'driver-1',
      'cognito:groups': ['drivers'],
      'custom:vehicleId': 'v-1',
      token_use: 'id',
    });
    expect(tokens.IdToken.split('.')).toHaveLength(3);
    expect(await invoke(service, 'GetUser', { AccessToken: tokens.AccessToken })).toMatchObject({
      Username: 'driver-1',
    });
  });

  test('issues the same tokens in the same run', async () => {
    const [first, second] = [await (await pool()).signIn('Secret-123'), await (await pool()).signIn('Secret-123')];
    expect(first).toEqual(second);
  });

  test('refuses a wrong password, a flow the client lacks, and a weak password', async () => {
    const { service, signIn, UserPoolId, Username } = await pool();
    await expect(signIn('wrong')).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(signIn('Secret-123', 'USER_PASSWORD_AUTH')).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(
      invoke(service, 'AdminSetUserPassword', { UserPoolId, Username, Password: 'short' }),
    ).rejects.toMatchObject({
      name: 'InvalidPasswordException',
    });
    await expect(invoke(service, 'AdminCreateUser', { UserPoolId, Username })).rejects.toMatchObject({
      name: 'UsernameExistsException',
    });
  });

  test('refuses a changed token, and any token once it has expired', async () => {
    const { ports, service, signIn, ClientId } = await pool();
    const { AuthenticationResult: tokens } = await signIn('Secret-123');
    const [header, , signature] = tokens.IdToken.split('.');
    const forged = Buffer.from(
      JSON.stringify({ ...service.verify(tokens.IdToken).claims, 'cognito:groups': ['admins'] }),
    ).toString('base64url');
    expect(() => service.verify(`${header}.${forged}.${signature}`)).toThrow('Invalid token');
    expect(() => service.verify(tokens.RefreshToken)).toThrow('Invalid token use');
    await ports.clock.advance(3_600_000);
    expect(() => service.verify(tokens.IdToken)).toThrow('expired');
    const renewed = await invoke<{ AuthenticationResult: { IdToken: string } }>(service, 'InitiateAuth', {
      ClientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: tokens.RefreshToken },
    });
    expect(service.verify(renewed.AuthenticationResult.IdToken).principal.username).toBe('driver-1');
  });

  test('asks for a new password until a permanent one is set', async () => {
    const { service, signIn, UserPoolId, Username } = await pool();
    await invoke(service, 'AdminSetUserPassword', { UserPoolId, Username, Password: 'Secret-456' });
    expect(await signIn('Secret-456')).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
  });
});
