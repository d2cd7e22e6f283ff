/**
 * Ties the schemas of the HTTP API to the shapes of the operations: a schema has exactly the members of its model, each
 * with a schema of that member's type. A member that is added to a model does not compile until its schema has it.
 */
import { z } from '@hono/zod-openapi';

/** Zod's optional members may be undefined; those of the models are absent instead. In JSON both are the same. */
type Loose<T> = T extends readonly unknown[]
  ? { readonly [K in keyof T]: Loose<T[K]> }
  : T extends object
    ? { readonly [K in keyof T]: Record<string, never> extends Pick<T, K> ? Loose<T[K]> | undefined : Loose<T[K]> }
    : T;

/** For `satisfies`: a schema for each member of a model, and for nothing else. */
export type Members<Model> = { readonly [K in keyof Model]-?: z.ZodType<Loose<Model[K]> | undefined> };

export const listOf = <S extends z.ZodType>(schema: S) => z.array(schema).readonly();

export const textSchema = z.string();
export const countSchema = z.int().min(0);
/** ISO 8601 UTC with milliseconds. */
export const timeSchema = z.string().openapi({ format: 'date-time', example: '2018-07-20T09:30:00.000Z' });
/** Longitude, latitude. */
export const placeSchema = z
  .tuple([z.number(), z.number()])
  .readonly()
  .openapi({ example: [-118.24, 34.05] });
/** Free content: names and values as the application recorded them. */
export const factsSchema = z.record(z.string(), z.unknown());
