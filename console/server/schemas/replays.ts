/** Failures in groups, replay jobs and what became of their items. */
import { z } from '@hono/zod-openapi';
import type {
  FailureGroup,
  JobMode,
  ReplayForecast,
  ReplayItem,
  ReplayItemState,
  ReplayJob,
  ReplayMode,
} from '../../../operations/model/replay.ts';
import type { Rehearsal, ReplayItemPage } from '../console-operations.ts';
import { countSchema, listOf, type Members, textSchema, timeSchema } from './members.ts';

const ITEM_STATES = [
  'PENDING',
  'STARTED',
  'RUNNING',
  'SUCCEEDED',
  'FAILED_AGAIN',
  'SKIPPED',
  'REFUSED',
] as const satisfies readonly ReplayItemState[];

export const itemStateSchema = z.enum(ITEM_STATES);
export const replayModeSchema = z.enum(['redrive', 'resume'] as const satisfies readonly ReplayMode[]);
export const jobModeSchema = z.enum(['auto', 'redrive', 'resume'] as const satisfies readonly JobMode[]);

export const failureGroupsSchema = listOf(
  z
    .object({
      groupId: textSchema,
      state: textSchema,
      error: textSchema,
      pattern: textSchema,
      count: countSchema,
      firstAt: timeSchema,
      lastAt: timeSchema,
      byDepot: z.record(z.string(), countSchema),
      examples: listOf(textSchema),
      exampleCause: textSchema,
    } satisfies Members<FailureGroup>)
    .openapi('FailureGroup'),
);

export const jobSchema = z
  .object({
    jobId: textSchema,
    createdAt: timeSchema,
    by: textSchema,
    why: textSchema,
    mode: jobModeSchema,
    ratePerSecond: z.number(),
    selectedFrom: z.object({
      groupIds: listOf(textSchema).optional(),
      orderIds: countSchema.optional(),
      depotId: textSchema.optional(),
    } satisfies Members<ReplayJob['selectedFrom']>),
    state: z.enum(['FROZEN', 'RUNNING', 'DONE', 'STOPPED']),
    counts: z.record(itemStateSchema, countSchema),
    total: countSchema,
  } satisfies Members<ReplayJob>)
  .openapi('ReplayJob');

export const jobsSchema = listOf(jobSchema);

export const itemPageSchema = z
  .object({
    items: listOf(
      z.object({
        orderId: textSchema,
        executionArn: textSchema,
        state: itemStateSchema,
        mode: replayModeSchema.optional(),
        replayedArn: textSchema.optional(),
        reason: textSchema.optional(),
        startedAt: timeSchema.optional(),
        endedAt: timeSchema.optional(),
      } satisfies Members<ReplayItem>),
    ),
    total: countSchema,
  } satisfies Members<ReplayItemPage>)
  .openapi('ReplayItemPage');

export const forecastSchema = z
  .object({
    total: countSchema,
    willRedrive: countSchema,
    willResume: countSchema,
    refused: listOf(z.object({ reason: textSchema, count: countSchema, examples: listOf(textSchema) })),
    seconds: z.number(),
    underOlderDefinition: z.object({ count: countSchema, of: countSchema }).optional(),
  } satisfies Members<ReplayForecast>)
  .openapi('ReplayForecast');

export const rehearsalSchema = z
  .object({
    total: countSchema,
    passed: countSchema,
    failed: listOf(z.object({ orderId: textSchema, state: textSchema, reason: textSchema })),
  } satisfies Members<Rehearsal>)
  .openapi('Rehearsal');
