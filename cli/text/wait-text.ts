/** Stuck waits in the terminal, each with what can be done about it. */
import colors from 'picocolors';
import type { ActionRecord, StuckKind, StuckWait } from '../../operations/index.ts';
import { fittedTable, type TableColumn } from './fitted-table.ts';
import { oneLine, plural, spanText } from './terminal.ts';

const KINDS: Readonly<Record<StuckKind, string>> = {
  OVERDUE_WAIT: 'waits too long',
  TOKEN_WITHOUT_WAIT: 'token without a wait',
  WAIT_WITHOUT_TOKEN: 'wait without a token',
  SIGNAL_WITHOUT_TAKER: 'signal without a taker',
  EXECUTION_OUTLIVES_ORDER: 'execution outlives its order',
};

const COLUMNS: readonly TableColumn<StuckWait>[] = [
  { head: 'order', text: ({ orderId }) => orderId, least: 14 },
  { head: 'for', text: ({ ageSeconds }) => spanText(ageSeconds), align: 'right' },
  { head: 'kind', text: ({ kind }) => KINDS[kind], color: (text) => colors.yellow(text), least: 14 },
  { head: 'what', text: ({ what }) => what, least: 16, expendable: 1 },
  { head: 'depot', text: ({ depotId }) => depotId, least: 8, expendable: 3 },
  { head: 'remedies', text: ({ remedies }) => remedies.map(({ kind }) => kind).join(' '), least: 10 },
];

export function waitTable(waits: readonly StuckWait[], width: number): string {
  if (waits.length === 0) return 'Nothing is stuck.';
  return [
    fittedTable(COLUMNS, waits, width),
    '',
    `${plural(waits.length, 'stuck wait')}. To do something about one: perfect-order waits --remedy KIND --order ID --why TEXT`,
  ].join('\n');
}

export function actionText({ kind, orderId = '', outcome, message }: ActionRecord): string {
  const said = message === undefined ? '' : `: ${oneLine(message)}`;
  const color = outcome === 'refused' ? colors.red : outcome === 'done' ? colors.green : String;
  return `${kind} of ${orderId} ${color(outcome)}${said}`;
}
