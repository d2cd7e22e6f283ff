/**
 * Gives each simulated driver what a real one has: an account of the user pool, a certificate for the vehicle, and
 * connections to AppSync and IoT Core with these. Everything goes through the region's front doors, so the fleet can do
 * exactly what the stacks allow.
 */
import type { DriverConnection } from '../../fleet/index.ts';
import { createPrng, type Region, type Service } from '../../region/index.ts';

/** Group of the user pool whose members are offered routes. */
const DRIVER_GROUP = 'drivers';
const COGNITO = 'cognitoidentityprovider';
/** A token is renewed this long before it ends. */
const RENEWAL_MS = 60_000;

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly errorType?: string }[];
}

interface GraphQLRequest {
  readonly api: string;
  readonly authorization: { readonly kind: 'cognito'; readonly token: string };
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface AppSyncDoor extends Service {
  graphql(request: GraphQLRequest): Promise<GraphQLAnswer>;
  subscribe(
    request: GraphQLRequest & { readonly onData: (answer: GraphQLAnswer) => void },
  ): Promise<{ unsubscribe(): void }>;
}

interface IotDoor extends Service {
  connect(request: { readonly clientId: string; readonly certificate: string }): {
    publish(topic: string, payload: object): Promise<void>;
    disconnect(): void;
  };
}

interface Driver {
  readonly vehicleId: string;
  readonly driverId: string;
}

/** @returns what connects one vehicle with its driver; signs both up first */
export function driverConnections(region: Region, seed: number): (driver: Driver) => Promise<DriverConnection> {
  const outputs = region.outputs();
  const secrets = createPrng(seed, 'driver passwords');
  const appSync = region.service<AppSyncDoor>('appsync');
  const iot = region.service<IotDoor>('iot');
  const api = outputs['DriverApiId'] ?? '';

  return async function connectDriver({ vehicleId, driverId }) {
    const token = await signUp(region, driverId, `Aa1!${secrets.uuid()}`);
    const certificate = await provision(region, vehicleId, outputs['VehiclePolicyName'] ?? '');
    const device = iot.connect({ clientId: vehicleId, certificate });
    const request = async (query: string, variables: Readonly<Record<string, unknown>>): Promise<GraphQLRequest> => ({
      api,
      authorization: { kind: 'cognito', token: await token() },
      query,
      variables,
    });
    return {
      query: async <T>(document: string, variables: Readonly<Record<string, unknown>>): Promise<T> =>
        dataOf(await appSync.graphql(await request(document, variables))) as T,
      subscribe: async (document, variables, onData) =>
        appSync.subscribe({
          ...(await request(document, variables)),
          onData: (answer) => onData(dataOf(answer)),
        }),
      publish: (topic, payload) => device.publish(topic, payload),
      close: () => device.disconnect(),
    };
  };
}

function dataOf({ data, errors }: GraphQLAnswer): unknown {
  if (errors === undefined || errors.length === 0) return data;
  throw new Error(errors.map(({ errorType, message }) => `${errorType ?? 'Error'}: ${message}`).join('; '));
}

/** @returns the driver's access token, renewed when it is about to end */
async function signUp(region: Region, driverId: string, password: string): Promise<() => Promise<string>> {
  const { UserPoolId = '', UserPoolClientId = '' } = region.outputs() as Record<string, string>;
  const user = { UserPoolId, Username: driverId };
  await region.call(COGNITO, 'AdminCreateUser', user);
  await region.call(COGNITO, 'AdminSetUserPassword', { ...user, Password: password, Permanent: true });
  await region.call(COGNITO, 'AdminAddUserToGroup', { ...user, GroupName: DRIVER_GROUP });
  let token = '';
  let validUntilMs = Number.NEGATIVE_INFINITY;
  return async function currentToken() {
    const nowMs = region.clock.now();
    if (nowMs < validUntilMs - RENEWAL_MS) return token;
    const { AuthenticationResult } = (await region.call(COGNITO, 'AdminInitiateAuth', {
      UserPoolId,
      ClientId: UserPoolClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: driverId, PASSWORD: password },
    })) as { AuthenticationResult: { AccessToken: string; ExpiresIn: number } };
    token = AuthenticationResult.AccessToken;
    validUntilMs = nowMs + AuthenticationResult.ExpiresIn * 1000;
    return token;
  };
}

async function provision(region: Region, vehicleId: string, policyName: string): Promise<string> {
  await region.call('iot', 'CreateThing', { thingName: vehicleId });
  const { certificateArn } = (await region.call('iot', 'CreateKeysAndCertificate', { setAsActive: true })) as {
    certificateArn: string;
  };
  await region.call('iot', 'AttachPolicy', { policyName, target: certificateArn });
  await region.call('iot', 'AttachThingPrincipal', { thingName: vehicleId, principal: certificateArn });
  return certificateArn;
}
