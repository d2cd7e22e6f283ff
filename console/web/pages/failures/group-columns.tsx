/** The columns of a table of failure groups. */
import { Group } from '@mantine/core';
import type { FailureGroup } from '../../api/shapes.ts';
import { countText } from '../../logic/format.ts';
import type { Column } from '../../parts/data-table.tsx';
import { OrderLink, When } from '../../parts/words.tsx';

/** Orders of the group, or those of one depot. */
export const countOf = ({ count, byDepot }: FailureGroup, depot: string | null): number =>
  depot === null ? count : (byDepot[depot] ?? 0);

export function groupColumns(depot: string | null): readonly Column<FailureGroup>[] {
  return [
    { name: 'count', head: 'Orders', isNumber: true, cell: (group) => <b>{countText(countOf(group, depot))}</b> },
    { name: 'state', head: 'State', cell: ({ state }) => state },
    { name: 'error', head: 'Error', cell: ({ error }) => <span className="po-mono">{error}</span> },
    {
      name: 'pattern',
      head: 'Cause, in common',
      wraps: true,
      cell: ({ pattern, exampleCause }) => (
        <span className="po-mono" title={exampleCause}>
          {pattern}
        </span>
      ),
    },
    {
      name: 'depots',
      head: 'Depots',
      cell: ({ byDepot }) => {
        const [first, ...others] = Object.entries(byDepot).sort(([, a], [, b]) => b - a);
        return first === undefined ? (
          '–'
        ) : (
          <span title={[first, ...others].map(([id, n]) => `${id}: ${n}`).join('\n')}>
            {first[0]} {first[1]}
            {others.length > 0 ? ` and ${others.length} more` : ''}
          </span>
        );
      },
    },
    {
      name: 'when',
      head: 'First, last',
      cell: ({ firstAt, lastAt }) => (
        <>
          <When at={firstAt} now={lastAt} /> – <When at={lastAt} now={lastAt} />
        </>
      ),
    },
    {
      name: 'examples',
      head: 'Examples',
      cell: ({ examples }) => (
        <Group gap={8} wrap="nowrap">
          {examples.slice(0, 3).map((orderId) => (
            <OrderLink key={orderId} orderId={orderId} />
          ))}
        </Group>
      ),
    },
  ];
}
