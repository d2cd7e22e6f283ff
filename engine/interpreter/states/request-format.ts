/** What Step Functions itself checks of a request to an optimised integration, before it calls the service. */
import { LocatedError } from '../../errors.ts';
import { isObject, type JsonValue } from '../../json.ts';
import type { Payload } from '../data-flow.ts';

type Check = (value: JsonValue) => boolean;

const listsByName: Check = (value) =>
  isObject(value) &&
  Object.values(value).every((list) => Array.isArray(list) && list.every((item) => typeof item === 'string'));

/** By service, then field; a field that is not there is no fault. */
const FORMATS: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  apigateway: { Headers: listsByName, QueryParameters: listsByName },
};

/** Throws LocatedError when a field of the request has not the form that the integration wants. */
export function checkRequestFormat(service: string, request: Payload, given: 'Arguments' | 'Parameters'): void {
  const formats = Object.hasOwn(FORMATS, service) ? FORMATS[service] : undefined;
  if (formats === undefined) return;
  const value = request.value();
  if (!isObject(value)) return;
  const faults = Object.entries(formats).flatMap(([field, check]) => {
    const inner = value[field];
    return inner === undefined || check(inner) ? [] : [`The value of the field '${field}' has an invalid format`];
  });
  if (faults.length === 0) return;
  throw new LocatedError(
    'States.Runtime',
    `The ${given} '${request.text}' could not be used to start the Task: [${faults.join(', ')}]`,
  );
}
