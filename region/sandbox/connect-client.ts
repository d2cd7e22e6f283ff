/** Makes one SDK client that a seam answers: what tests, the command line and the fleet use in place of a network. */
import { createRequire } from 'node:module';
import { connectClass, type SeamCall, serviceOf } from './sdk-seam.ts';

export type ClientClass<T> = new (configuration: never) => T;

const hostRequire = createRequire(import.meta.url);

/** Packages whose name is not `client-` and the service's name. */
const PACKAGES: Readonly<Record<string, string>> = {
  georoutes: 'client-geo-routes',
  iotdataplane: 'client-iot-data-plane',
  cognitoidentityprovider: 'client-cognito-identity-provider',
};

/** The module that a client class comes from, for its exception classes; empty when it is not installed. */
function moduleOf(service: string): Readonly<Record<string, unknown>> {
  try {
    return hostRequire(`@aws-sdk/${PACKAGES[service] ?? `client-${service}`}`) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

export function connectClient<T extends object>(Client: ClientClass<T>, configuration: object, call: SeamCall): T {
  const module = moduleOf(serviceOf(Client.name));
  const connected = connectClass(Client.name, Client as never, module, call);
  return new (connected as unknown as new (configuration: object) => T)(configuration);
}
