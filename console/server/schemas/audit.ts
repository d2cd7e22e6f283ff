/** The audit of a period, and the verification of the archive behind it. */
import { z } from '@hono/zod-openapi';
import { TIERS, VERDICT_PARTS } from '../../../domain/index.ts';
import {
  AUDIT_DIMENSIONS,
  type AuditMetric,
  type AuditReport,
  type AuditRequest,
  type AuditSlice,
  type ChainFault,
  type ChainVerification,
} from '../../../operations/model/audit.ts';
import { countSchema, listOf, type Members, textSchema, timeSchema } from './members.ts';
import { verdictCodeSchema } from './orders.ts';

export const dimensionSchema = z.enum(AUDIT_DIMENSIONS);
const partSchema = z.enum(VERDICT_PARTS);
const figureSchema = z.number().nullable();

const metricSchema = z.object({
  name: textSchema,
  title: textSchema,
  unit: z.enum(['share', 'seconds', 'count', 'index']),
  value: figureSchema,
  p50: z.number().optional(),
  p95: z.number().optional(),
  p99: z.number().optional(),
  count: countSchema,
  startsAt: textSchema,
  stopsAt: textSchema,
  note: textSchema.optional(),
} satisfies Members<AuditMetric>);

const sliceSchema = z
  .object({
    key: z.partialRecord(dimensionSchema, z.string()),
    orders: countSchema,
    counted: countSchema,
    excluded: countSchema,
    perfect: countSchema,
    perfectShare: figureSchema,
    parts: z.record(partSchema, figureSchema),
    apqcIndex: figureSchema,
    otif: figureSchema,
    reasons: listOf(z.object({ part: partSchema, code: verdictCodeSchema, count: countSchema })),
    metrics: listOf(metricSchema),
    breaches: listOf(z.object({ stage: textSchema, cause: textSchema, count: countSchema })),
  } satisfies Members<AuditSlice>)
  .openapi('AuditSlice');

export const auditSchema = z
  .object({
    request: z.object({
      from: timeSchema,
      to: timeSchema,
      by: listOf(dimensionSchema),
      depotId: textSchema.optional(),
      driverId: textSchema.optional(),
      tier: z.enum(TIERS).optional(),
    } satisfies Members<AuditRequest>),
    madeAt: timeSchema,
    whole: sliceSchema,
    slices: listOf(sliceSchema),
    exclusions: listOf(z.object({ orderId: textSchema, reason: textSchema })),
    targets: listOf(z.object({ metric: textSchema, target: z.number(), value: figureSchema, met: z.boolean() })),
    archive: z.object({
      records: countSchema,
      chainHeads: z.record(z.string(), textSchema),
      unreadable: listOf(z.object({ key: textSchema, problem: textSchema })),
    } satisfies Members<AuditReport['archive']>),
  } satisfies Members<AuditReport>)
  .openapi('AuditReport');

export const verificationSchema = z
  .object({
    chains: countSchema,
    records: countSchema,
    unfinished: countSchema,
    areHeadsKnown: z.boolean(),
    faults: listOf(
      z.object({
        kind: z.enum(['changed', 'missing', 'reordered', 'foreign', 'unreadable']),
        chain: textSchema,
        sequence: z.int().optional(),
        orderId: textSchema.optional(),
        key: textSchema.optional(),
        message: textSchema,
      } satisfies Members<ChainFault>),
    ),
  } satisfies Members<ChainVerification>)
  .openapi('ChainVerification');
