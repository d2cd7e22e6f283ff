/** Makes one SDK client that a seam answers: what tests, the command line and the fleet use in place of a network. */
import { createRequire } from 'node:module';
import { adoptDocumentClients, connectClass, type SeamCall, serviceOf } from './sdk-seam.ts';

export type ClientClass<T> = new (configuration: never) => T;

const hostRequire = createRequire(import.meta.url);

/** Packages whose name is not `client-` and the service's name. */
const PACKAGES: Readonly<Record<string, string>> = {
  georoutes: 'client-geo-routes',
  iotdataplane: 'client-iot-data-plane',
  cognitoidentityprovider: 'client-cognito-identity-provider',
};

/** A package of the SDK, empty when it is not installed. */
function sdkPackage(name: string): Readonly<Record<string, unknown>> {
  try {
    return hostRequire(`@aws-sdk/${name}`) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

export function connectClient<T extends object>(Client: ClientClass<T>, configuration: object, call: SeamCall): T {
  const service = serviceOf(Client.name);
  // For the exception classes of the module that the client comes from.
  const module = sdkPackage(PACKAGES[service] ?? `client-${service}`);
  if (service === 'dynamodb') {
    const library = sdkPackage('lib-dynamodb');
    if ('DynamoDBDocumentClient' in library) adoptDocumentClients(library);
  }
  const connected = connectClass(Client.name, Client as never, module, call);
  return new (connected as unknown as new (configuration: object) => T)(configuration);
}
