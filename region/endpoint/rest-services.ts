/** Operations that the port serves in AWS's REST-JSON protocol, as data. */

export interface RestOperation {
  readonly method: string;
  /** `{Member}` holds one member of the request, URL-encoded. */
  readonly path: string;
  readonly operation: string;
  /** Members of the request in the query and in headers, by their names there. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers that would change what is done, with the values that do not. */
  readonly inertHeaders?: Readonly<Record<string, readonly string[]>>;
  /** Member of request and answer that is the body as it stands; without one the body is a JSON object of members. */
  readonly payload?: string;
  /** Members of the answer that travel in the status and in headers. */
  readonly statusMember?: string;
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

export interface RestService {
  readonly name: string;
  readonly title: string;
  readonly bodyMaxBytes: number;
  readonly operations: readonly RestOperation[];
}

const MIB = 1024 * 1024;
const COLLECTION = '/geofencing/v0/collections/{CollectionName}';

/** By signing name. */
export const REST_SERVICES: Readonly<Record<string, RestService>> = {
  lambda: {
    name: 'lambda',
    title: 'Lambda',
    bodyMaxBytes: 7 * MIB,
    operations: [
      {
        method: 'POST',
        path: '/2015-03-31/functions/{FunctionName}/invocations',
        operation: 'Invoke',
        query: { Qualifier: 'Qualifier' },
        headers: { 'x-amz-invocation-type': 'InvocationType' },
        inertHeaders: { 'x-amz-log-type': ['None'], 'x-amz-client-context': [] },
        payload: 'Payload',
        statusMember: 'StatusCode',
        answerHeaders: { ExecutedVersion: 'x-amz-executed-version', FunctionError: 'x-amz-function-error' },
      },
      {
        method: 'GET',
        path: '/2015-03-31/functions/{FunctionName}/configuration',
        operation: 'GetFunctionConfiguration',
        query: { Qualifier: 'Qualifier' },
      },
    ],
  },
  geo: {
    name: 'location',
    title: 'Amazon Location geofences',
    bodyMaxBytes: 7 * MIB,
    operations: [
      { method: 'GET', path: COLLECTION, operation: 'DescribeGeofenceCollection' },
      { method: 'GET', path: `${COLLECTION}/geofences/{GeofenceId}`, operation: 'GetGeofence' },
      { method: 'PUT', path: `${COLLECTION}/geofences/{GeofenceId}`, operation: 'PutGeofence' },
      { method: 'POST', path: `${COLLECTION}/put-geofences`, operation: 'BatchPutGeofence' },
      { method: 'POST', path: `${COLLECTION}/delete-geofences`, operation: 'BatchDeleteGeofence' },
      { method: 'POST', path: `${COLLECTION}/list-geofences`, operation: 'ListGeofences' },
    ],
  },
};
