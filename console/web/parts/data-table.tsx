/**
 * A plain, dense table: columns as data, sortable heads where a sort is named, rows that j, k and Enter walk through.
 * Sorting and paging are the server's.
 */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Icon } from './icons.tsx';
import { isTyping } from './shortcuts.tsx';

export interface Column<Row> {
  readonly name: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  readonly wraps?: boolean;
  /** Name of the order by this column, where there is one. */
  readonly sort?: string;
}
export interface Sorting {
  readonly by: string;
  readonly isDescending: boolean;
  readonly onSort: (by: string, isDescending: boolean) => void;
}

export function DataTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  sorting,
  onOpen,
  isStale = false,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sorting?: Sorting;
  /** Enter or a double click on a row. */
  readonly onOpen?: (row: Row) => void;
  readonly isStale?: boolean;
}) {
  const { current, setCurrent, body } = useRowKeys(rows, onOpen);
  return (
    <div className="po-table-scroll">
      <table className="po-table" aria-label={label} data-stale={isStale}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} {...(sorting === undefined ? {} : { sorting })} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((row, index) => (
            <tr
              key={keyOf(row)}
              data-current={onOpen !== undefined && index === current}
              {...(onOpen === undefined ? {} : { onDoubleClick: () => onOpen(row), onClick: () => setCurrent(index) })}
            >
              {columns.map((column) => (
                <td key={column.name} className={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const cellClass = (column: { readonly isNumber?: boolean; readonly wraps?: boolean }): string =>
  column.isNumber === true ? 'po-number' : column.wraps === true ? 'po-wrap' : '';

function Head<Row>({ column, sorting }: { readonly column: Column<Row>; readonly sorting?: Sorting }) {
  const { sort, head } = column;
  if (sort === undefined || sorting === undefined) {
    return (
      <th scope="col" className={cellClass(column)}>
        {head}
      </th>
    );
  }
  const isSorted = sorting.by === sort;
  return (
    <th
      scope="col"
      className={cellClass(column)}
      aria-sort={isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" onClick={() => sorting.onSort(sort, isSorted ? !sorting.isDescending : false)}>
        {head} {isSorted ? <Icon name={sorting.isDescending ? 'down' : 'up'} size={11} /> : null}
      </button>
    </th>
  );
}

/** Which row j and k have reached; Enter opens it. Off for tables whose rows open nothing. */
function useRowKeys<Row>(rows: readonly Row[], onOpen: ((row: Row) => void) | undefined) {
  const [current, setCurrent] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const latest = useRef({ rows, onOpen, current });
  latest.current = { rows, onOpen, current };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { rows: shown, onOpen: open, current: at } = latest.current;
      if (open === undefined || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === 'j' || event.key === 'k') {
        const next = Math.max(0, Math.min(shown.length - 1, at + (event.key === 'j' ? 1 : -1)));
        setCurrent(next);
        body.current?.rows[next]?.scrollIntoView({ block: 'nearest' });
      }
      const row = shown[at];
      const isOnControl =
        event.target instanceof HTMLElement && event.target.closest('a,button,[role=dialog]') !== null;
      if (event.key === 'Enter' && row !== undefined && !isOnControl) open(row);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return { current: Math.min(current, rows.length - 1), setCurrent, body };
}
