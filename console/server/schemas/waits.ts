/** Stuck waits and the signal ledger of an order. */
import { z } from '@hono/zod-openapi';
import type { StuckKind, StuckWait } from '../../../operations/model/waits.ts';
import type { LedgerView } from '../console-operations.ts';
import { REMEDY_KINDS } from './actions.ts';
import { listOf, type Members, textSchema, timeSchema } from './members.ts';
import { waitSchema } from './orders.ts';
import { signalSchema } from './trace.ts';

const STUCK_KINDS = [
  'OVERDUE_WAIT',
  'TOKEN_WITHOUT_WAIT',
  'WAIT_WITHOUT_TOKEN',
  'SIGNAL_WITHOUT_TAKER',
  'EXECUTION_OUTLIVES_ORDER',
] as const satisfies readonly StuckKind[];

export const stuckKindSchema = z.enum(STUCK_KINDS);
export const remedyKindSchema = z.enum(REMEDY_KINDS);

export const stuckWaitsSchema = listOf(
  z
    .object({
      kind: stuckKindSchema,
      orderId: textSchema,
      depotId: textSchema,
      since: timeSchema,
      ageSeconds: z.number(),
      what: textSchema,
      executionArn: textSchema.optional(),
      signalId: textSchema.optional(),
      remedies: listOf(z.object({ kind: remedyKindSchema, label: textSchema })),
    } satisfies Members<StuckWait>)
    .openapi('StuckWait'),
);

export const ledgerSchema = z
  .object({
    orderId: textSchema,
    wait: waitSchema.optional(),
    signals: listOf(signalSchema),
  } satisfies Members<LedgerView>)
  .openapi('Ledger');
