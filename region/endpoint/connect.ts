/** The other side of a region's endpoint: SDK clients in one process that a region in another answers. */
import { type ClientClass, connectClient } from '../sandbox/connect-client.ts';
import { decode, encode, fromWireError, type WireError } from './wire.ts';

export interface RemoteRegion {
  readonly name: string;
  readonly accountId: string;
  /** A client of the AWS SDK for JavaScript whose calls go to the region, as the account. */
  sdk<T extends object>(Client: ClientClass<T>, configuration?: object): T;
  call(service: string, operation: string, input: object): Promise<unknown>;
  /** Resolved outputs of all stacks. */
  outputs(): Promise<Readonly<Record<string, string>>>;
}

/**
 * @param url as `Endpoint.url` gives it
 * Throws when nothing answers there.
 */
export async function connectRegion(url: string): Promise<RemoteRegion> {
  const health = (await get(`${url}/_region/health`)) as { accountId: string; region: string };
  const call = async (service: string, operation: string, input: object): Promise<unknown> => {
    const response = await fetch(`${url}/_region/call`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: encode({ service, operation, input }),
    });
    const answer = decode(await response.text()) as { readonly output?: unknown; readonly error?: WireError };
    if (answer.error !== undefined) throw fromWireError(answer.error);
    if (!response.ok) throw new Error(`the region at ${url} answered ${response.status} to ${service}:${operation}`);
    return answer.output;
  };
  return {
    name: health.region,
    accountId: health.accountId,
    call,
    sdk: (Client, configuration = {}) => connectClient(Client, { region: health.region, ...configuration }, call),
    outputs: async () => (await get(`${url}/_region/outputs`)) as Readonly<Record<string, string>>,
  };
}

async function get(url: string): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new Error(`no region answers at ${url}: start one with \`npm start\``, { cause: error });
  }
  return decode(await response.text());
}
