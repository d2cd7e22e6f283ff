/** The ledger's item of one order, as plain data: its signals with what became of them, and its wait. */
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { StoredSignal, StoredWait } from '../../functions/platform/tables.ts';
import type { Deployed } from '../deployed.ts';
import type { WaitView } from '../model/orders.ts';
import type { SignalView } from '../model/trace.ts';

export interface LedgerView {
  readonly orderId: string;
  /** The open wait; absent when the order has ended or none was opened. */
  readonly wait?: WaitView;
  /** In the order of arrival. */
  readonly signals: readonly SignalView[];
}

type Ledger = Readonly<Record<string, unknown>>;

/** @returns undefined when the ledger knows no such order */
export async function ledgerView(
  { documents, output }: Pick<Deployed, 'documents' | 'output'>,
  orderId: string,
): Promise<LedgerView | undefined> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: output('LedgerTableName'), Key: { orderId }, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const wait = waitOf(Item);
  return { orderId, ...(wait === undefined ? {} : { wait }), signals: signalsOf(Item) };
}

function waitOf(ledger: Ledger): WaitView | undefined {
  const wait = ledger['wait'] as StoredWait | undefined;
  if (wait === undefined || ledger['closedAt'] !== undefined) return undefined;
  const { awaits, cycle, openedAt, executionArn, match } = wait;
  return { awaits, cycle, openedAt, executionArn, matched: match !== undefined };
}

/** The ledger keeps a signal under `s#<id>`, its arrival under `a#<id>` and what became of it under `f#<id>`. */
export function signalsOf(ledger: Ledger): SignalView[] {
  const signals = Object.entries(ledger).flatMap(([name, value]): SignalView[] => {
    if (!name.startsWith('s#')) return [];
    const signalId = name.slice(2);
    const { kind, cycle, at, acceptedAt, by, detail } = value as StoredSignal;
    return [
      {
        signalId,
        kind,
        ...(cycle === undefined ? {} : { cycle }),
        at,
        acceptedAt,
        arrival: Number(ledger[`a#${signalId}`] ?? 0),
        ...(by === undefined ? {} : { by }),
        fate: fateText(ledger[`f#${signalId}`]),
        detail: detail ?? {},
      },
    ];
  });
  return signals.sort((a, b) => a.arrival - b.arrival);
}

/** A fate that belongs to one wait bears that wait's token beside its name. */
function fateText(fate: unknown): string {
  if (fate === undefined) return 'waiting';
  return typeof fate === 'string' ? fate : String((fate as { readonly fate?: unknown }).fate ?? 'unknown');
}
