/** How calls travel between processes: JSON, with dates and bytes tagged, since inputs and outputs are the SDK's shapes. */
import { AwsError } from '../errors.ts';

export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly httpStatus: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function encode(value: unknown): string {
  return JSON.stringify(toPlain(value));
}

export function decode(text: string): unknown {
  return fromPlain(JSON.parse(text));
}

/** Before `JSON.stringify`, which would turn dates into text before a replacer could see them. */
function toPlain(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  if (typeof record['$date'] === 'number') return new Date(record['$date']);
  if (typeof record['$bytes'] === 'string') return new Uint8Array(Buffer.from(record['$bytes'], 'base64'));
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, fromPlain(item)]));
}

export function toWireError(error: unknown): WireError {
  if (error instanceof AwsError) {
    return { name: error.name, message: error.message, httpStatus: error.httpStatus, fields: error.fields };
  }
  const { name, message } = error as Error;
  return { name, message, httpStatus: 500, fields: {} };
}

export const fromWireError = ({ name, message, httpStatus, fields }: WireError): AwsError =>
  new AwsError(name, message, httpStatus, fields);
