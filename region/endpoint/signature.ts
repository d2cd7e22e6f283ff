/**
 * Who says to have signed a request, and for which service. Signatures are not verified: an access key id that is the name
 * of a role of the templates acts as that role, any other as the account's owner.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../service.ts';
import type { Serves } from './serves.ts';

export interface Signature {
  readonly accessKeyId: string;
  /** AWS's signing name, e.g. `s3`, `lambda`, `geo`. */
  readonly service: string;
}

const CREDENTIAL = /\bCredential=([^/,\s]+)\/\d+\/[^/,\s]+\/([^/,\s]+)\/aws4_request\b/;

/** Undefined for a request without a signature of version 4. */
export function signatureOf({ authorization = '' }: IncomingHttpHeaders): Signature | undefined {
  const [, accessKeyId, service] = CREDENTIAL.exec(authorization) ?? [];
  return accessKeyId === undefined || service === undefined ? undefined : { accessKeyId, service };
}

export function principalOf(region: Serves, headers: IncomingHttpHeaders): Principal {
  const signature = signatureOf(headers);
  const arn = signature === undefined ? undefined : region.roleArnOf?.(signature.accessKeyId);
  return arn === undefined ? { kind: 'account' } : { kind: 'role', arn };
}
