/** The table of orders with its filters; the address is the only place where the view is kept. */
import { Alert, Button, Text } from '@mantine/core';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { type Reading, useLive, useRead, useThrottled } from '../../api/hooks.ts';
import type { OrderPage, OrderQuery, OrderSort, OrderView } from '../../api/shapes.ts';
import { countText } from '../../logic/format.ts';
import { addressOfQuery, boardLink, conditionsOf, queryFromAddress } from '../../logic/query-address.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Pager } from '../../parts/pager.tsx';
import { Card, EmptyPanel, Shown } from '../../parts/panels.tsx';
import { orderColumns } from './order-columns.tsx';
import { OrderFilters } from './order-filters.tsx';

const RELOAD_MS = 2000;
const PAGE = 50;
/** What an address without a word of it shows. */
const LATEST_FIRST = { sort: 'placedAt', descending: true } as const;

export function BoardOrders({
  depots,
  onShown,
}: {
  readonly depots: readonly string[];
  /** The first answer, or that there is none, is on the screen. */
  readonly onShown: () => void;
}) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const { query, refused } = useMemo(() => queryFromAddress(new URLSearchParams(search)), [search]);
  const asked = { limit: PAGE, ...(query.sort === undefined ? LATEST_FIRST : {}), ...query };
  const limit = query.limit ?? PAGE;
  const offset = query.offset ?? 0;
  const change = useCallback(
    (next: OrderQuery, isStep = false) => navigate(boardLink(next), { replace: !isStep }),
    [navigate],
  );

  const page = useRead<OrderPage>(`/orders?${addressOfQuery(asked)}`);
  useAnswered(page, onShown);
  const fresh = useFreshRows(page.data);
  const reload = useThrottled(page.reload, RELOAD_MS);
  useLive('orders', reload);

  const columns = useMemo(() => orderColumns(page.data?.now), [page.data?.now]);
  const hasConditions = addressOfQuery(conditionsOf(query)).size > 0;
  return (
    <Card
      title="Orders"
      side={
        <Text size="xs" className="po-quiet">
          {page.data === undefined ? '' : `${countText(page.data.total)} ${hasConditions ? 'match' : 'in all'}`}
        </Text>
      }
    >
      <OrderFilters query={query} depots={depots} onChange={(next) => change({ ...next, offset: 0 })} />
      <Refused conditions={refused} />
      <Shown reading={page} what="the orders">
        {(data) =>
          data.orders.length === 0 ? (
            <NoOrders hasConditions={hasConditions} isBeyond={data.total > 0} onClear={() => change({})} />
          ) : (
            <>
              <DataTable
                label="Orders"
                columns={columns}
                rows={data.orders.map((order) => fresh.get(order.orderId) ?? order)}
                keyOf={({ orderId }) => orderId}
                sorting={{
                  by: asked.sort ?? LATEST_FIRST.sort,
                  isDescending: asked.descending === true,
                  onSort: (by, descending) => change({ ...query, sort: by as OrderSort, descending, offset: 0 }),
                }}
                onOpen={({ orderId }) => navigate(`/orders/${encodeURIComponent(orderId)}`)}
              />
              <Pager
                offset={offset}
                limit={limit}
                total={data.total}
                onMove={(to) => change({ ...query, offset: to }, true)}
                onLimit={(to) => change({ ...query, limit: to, offset: 0 })}
              />
            </>
          )
        }
      </Shown>
    </Card>
  );
}

function Refused({ conditions }: { readonly conditions: readonly string[] }) {
  if (conditions.length === 0) return null;
  return (
    <Alert color="orange" variant="light" mx="sm" mb="xs" py={6}>
      Not understood and left out: {conditions.join(', ')}
    </Alert>
  );
}

function useAnswered({ data, error }: Reading<OrderPage>, onShown: () => void): void {
  const isAnswered = data !== undefined || error !== undefined;
  useEffect(() => {
    if (isAnswered) onShown();
  }, [isAnswered, onShown]);
}

/** Rows that changed since the page was read; a new page forgets them. */
function useFreshRows(page: OrderPage | undefined): ReadonlyMap<string, OrderView> {
  const [held, setHeld] = useState<{
    readonly page?: OrderPage | undefined;
    readonly rows: ReadonlyMap<string, OrderView>;
  }>({
    rows: new Map(),
  });
  useLive('orders', (changed) => {
    const shown = new Set(page?.orders.map(({ orderId }) => orderId));
    const onScreen = changed.filter(({ orderId }) => shown.has(orderId));
    if (onScreen.length === 0) return;
    setHeld((before) => ({
      page,
      rows: new Map([
        ...(before.page === page ? before.rows : []),
        ...onScreen.map((order) => [order.orderId, order] as const),
      ]),
    }));
  });
  return held.page === page ? held.rows : NO_ROWS;
}
const NO_ROWS: ReadonlyMap<string, OrderView> = new Map();

function NoOrders(props: {
  readonly hasConditions: boolean;
  readonly isBeyond: boolean;
  readonly onClear: () => void;
}) {
  if (!props.hasConditions && !props.isBeyond) {
    return (
      <EmptyPanel title="No orders yet">
        The first ones appear here as soon as they are accepted. Place some with{' '}
        <code>npx perfect-order place FILE</code>.
      </EmptyPanel>
    );
  }
  return (
    <EmptyPanel title={props.isBeyond ? 'This page is behind the last one' : 'No order matches'}>
      <Button size="xs" variant="default" mt={6} onClick={props.onClear}>
        Show all orders
      </Button>
    </EmptyPanel>
  );
}
