/**
 * The audit of a period from its archived objects alone, and the verification of their chains. The same objects and the
 * same request give the same report, byte for byte; the time of the report is the caller's to say.
 */
import {
  type ArchivedOrder,
  type AuditTarget,
  archiveKey,
  archivePrefix,
  auditOf,
  type ChainHead,
  type Inspection,
  inspectObject,
  judgeTargets,
  parseArchived,
  stagedHash,
  stagedPrefix,
  verifyChains,
} from '../../domain/index.ts';
import type { AuditReport, AuditRequest, ChainVerification } from '../model/audit.ts';
import { type ArchiveProgress, type ArchiveSource, daysOf, keysOfDays, readAll } from './archive-source.ts';

export interface AuditOptions {
  /** ISO 8601; stands in the report. */
  readonly madeAt: string;
  readonly targets?: readonly AuditTarget[];
  readonly onProgress?: ArchiveProgress;
}

/** @throws RangeError for an empty period or a target of an unknown figure; what the source throws */
export async function audit(
  source: ArchiveSource,
  request: AuditRequest,
  { madeAt, targets = [], onProgress }: AuditOptions,
): Promise<AuditReport> {
  // A wrong name is told before anything is read.
  judgeTargets(auditOf([], request).whole, targets);
  const keys = await keysOfDays(source, daysOf(request), archivePrefix);
  const orders: ArchivedOrder[] = [];
  const unreadable: { key: string; problem: string }[] = [];
  const parsed = await readAll(source, keys, readOrder, onProgress);
  for (const each of parsed) {
    if ('problem' in each) unreadable.push(each);
    else orders.push(each);
  }
  const figures = auditOf(orders, request);
  return {
    request,
    madeAt,
    ...figures,
    targets: judgeTargets(figures.whole, targets),
    archive: { records: keys.length, chainHeads: lastHashes(orders), unreadable },
  };
}

function readOrder(key: string, text: string): ArchivedOrder | { key: string; problem: string } {
  const parsed = parseArchived(text);
  if (!parsed.ok) return { key, problem: parsed.problem };
  const { orderId, closedAt } = parsed.order;
  if (archiveKey(orderId, closedAt) !== key)
    return { key, problem: `it holds order ${orderId}, closed at ${closedAt}` };
  return parsed.order;
}

function lastHashes(orders: readonly ArchivedOrder[]): Record<string, string> {
  const heads = new Map<string, ChainHead>();
  for (const { chain } of orders) {
    if (chain.sequence > (heads.get(chain.chain)?.sequence ?? 0)) heads.set(chain.chain, chain);
  }
  const sorted = [...heads].sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted.map(([chain, { hash }]) => [chain, hash]));
}

/** Verifies every chain of the days that the period touches. */
export async function verifyArchive(
  source: ArchiveSource,
  period: { readonly from: string; readonly to: string },
  onProgress?: ArchiveProgress,
): Promise<ChainVerification> {
  const days = daysOf(period);
  // In this order, an order that is archived meanwhile and that its head counts has left its copy or its object.
  const heads = await headsOf(source, days);
  const staged = await keysOfDays(source, days, stagedPrefix);
  const keys = await keysOfDays(source, days, archivePrefix);
  const inspections = await readAll(source, keys, inspectObject, onProgress);
  return verifyChains({
    inspections: heads === undefined ? inspections : await withoutNewcomers(inspections, heads, source, days),
    staged: new Set(staged.flatMap((key) => stagedHash(key) ?? [])),
    ...(heads === undefined ? {} : { heads }),
  });
}

type Heads = ReadonlyMap<string, ChainHead>;

async function headsOf(source: ArchiveSource, days: readonly string[]): Promise<Heads | undefined> {
  if (source.heads === undefined) return undefined;
  const heads = new Map<string, ChainHead>();
  for (const day of days) for (const [chain, head] of await source.heads(day)) heads.set(chain, head);
  return heads;
}

/** Leaves out what took its place after the heads were read: the next verification judges it. */
async function withoutNewcomers(
  inspections: readonly Inspection[],
  heads: Heads,
  source: ArchiveSource,
  days: readonly string[],
): Promise<readonly Inspection[]> {
  const isBeyond = ({ entry }: Inspection, known: Heads | undefined): boolean =>
    entry !== undefined && entry.sequence > (known?.get(entry.chain)?.sequence ?? 0);
  if (!inspections.some((inspection) => isBeyond(inspection, heads))) return inspections;
  const later = await headsOf(source, days);
  return inspections.filter((inspection) => !isBeyond(inspection, heads) || isBeyond(inspection, later));
}
