/** The columns of a table of signals, and the cells that other tables of records share with it. */
import type { SignalView } from '../../api/shapes.ts';
import { fullTime } from '../../logic/format.ts';
import type { Tone } from '../../logic/vocabulary.ts';
import type { Column } from '../../parts/data-table.tsx';
import { WordBadge } from '../../parts/words.tsx';

export const time = (at: string) => <span className="po-mono">{fullTime(at)}</span>;

const FATE_TONES: Readonly<Record<string, Tone>> = {
  delivered: 'good',
  sent: 'moving',
  waiting: 'warn',
  unconfirmed: 'warn',
  superseded: 'quiet',
  noted: 'quiet',
};

export const SIGNAL_COLUMNS: readonly Column<SignalView>[] = [
  { name: 'at', head: 'Occurred', cell: ({ at }) => time(at) },
  { name: 'accepted', head: 'Accepted', cell: ({ acceptedAt }) => time(acceptedAt) },
  { name: 'kind', head: 'Signal', cell: ({ kind }) => kind },
  { name: 'cycle', head: 'Cycle', isNumber: true, cell: ({ cycle }) => cycle ?? 'any' },
  {
    name: 'fate',
    head: 'Fate',
    cell: ({ fate }) => <WordBadge word={{ label: fate, tone: FATE_TONES[fate] ?? 'quiet' }} />,
  },
  { name: 'by', head: 'By', cell: ({ by }) => by ?? '–' },
  { name: 'detail', head: 'Detail', wraps: true, cell: ({ detail }) => briefJson(detail) },
];

export const briefJson = (value: Readonly<Record<string, unknown>>) => (
  <span className="po-mono po-quiet">{Object.keys(value).length === 0 ? '' : JSON.stringify(value)}</span>
);
