/** Who asks, what they have done, and what is wrong when it cannot be done. */
import { z } from '@hono/zod-openapi';
import type { ActionRecord, Identity } from '../../../operations/model/actions.ts';
import type { RemedyKind } from '../../../operations/model/waits.ts';
import type { Session } from '../console-operations.ts';
import { factsSchema, listOf, type Members, textSchema, timeSchema } from './members.ts';

export const REMEDY_KINDS = [
  'settle',
  'signal',
  'cancel',
  'stop-execution',
  'redrive',
  'supersede',
] as const satisfies readonly RemedyKind[];

const ACTION_KINDS = [
  'cancel',
  'amend',
  'replay',
  'replan',
  ...REMEDY_KINDS.filter((kind) => kind !== 'cancel'),
] as const;

export const sessionSchema = z
  .object({
    identity: z.object({ arn: textSchema, role: z.enum(['viewer', 'operator']) } satisfies Members<Identity>),
    endpoint: textSchema.optional(),
    region: textSchema,
    now: timeSchema,
    isRegion: z.boolean(),
  } satisfies Members<Session>)
  .openapi('Session');

export const actionSchema = z
  .object({
    actionId: textSchema,
    at: timeSchema,
    by: textSchema,
    why: textSchema,
    kind: z.enum(ACTION_KINDS),
    orderId: textSchema.optional(),
    jobId: textSchema.optional(),
    detail: factsSchema,
    outcome: z.enum(['asked', 'done', 'refused']),
    message: textSchema.optional(),
  } satisfies Members<ActionRecord>)
  .openapi('Action');

export const actionsSchema = listOf(actionSchema);

export const problemSchema = z
  .object({
    error: z.object({
      code: textSchema.openapi({ description: 'Stable, for programs.', example: 'ORDER_UNKNOWN' }),
      message: textSchema.openapi({ description: 'What is wrong, with the value.' }),
      remedy: textSchema.openapi({ description: 'What to do.' }),
    }),
  })
  .openapi('Problem');
