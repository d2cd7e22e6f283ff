/** The columns of an order table. */
import { Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OrderView } from '../../api/shapes.ts';
import { shortId, spanText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { STAGE_WORDS } from '../../logic/vocabulary.ts';
import type { Column } from '../../parts/data-table.tsx';
import { OrderLink, PromiseText, StatusBadge, When } from '../../parts/words.tsx';

const Quiet = () => <span className="po-quiet">–</span>;

function FilterLink({ href, id }: { readonly href: string; readonly id: string }) {
  return (
    <Text component={Link} href={href} size="sm" c="inherit" title={id} fz={13}>
      {shortId(id)}
    </Text>
  );
}

/** @param now whose day needs no date */
export function orderColumns(now: string | undefined): readonly Column<OrderView>[] {
  const when: WriteTime = (at) => <When at={at} isBrief {...(now === undefined ? {} : { now })} />;
  return [
    ...standingColumns(when),
    ...PLACE_COLUMNS,
    { name: 'placed', head: 'Placed', sort: 'placedAt', cell: ({ placedAt }) => when(placedAt) },
  ];
}
type WriteTime = (at: string) => ReactNode;

/** Where an order stands, and against which times. */
function standingColumns(when: WriteTime): readonly Column<OrderView>[] {
  return [
    { name: 'order', head: 'Order', sort: 'orderId', cell: ({ orderId }) => <OrderLink orderId={orderId} /> },
    {
      name: 'status',
      head: 'Status',
      sort: 'status',
      cell: ({ status, failure }) => (
        <Tooltip
          label={failure === undefined ? '' : `${failure.state}: ${failure.error}. ${failure.cause}`}
          disabled={failure === undefined}
          multiline
          maw={420}
          withArrow
        >
          <span>
            <StatusBadge status={status} />
          </span>
        </Tooltip>
      ),
    },
    {
      name: 'age',
      head: 'Since',
      sort: 'statusAt',
      isNumber: true,
      cell: ({ stageAgeSeconds, statusAt }) => <span title={statusAt}>{spanText(stageAgeSeconds)}</span>,
    },
    { name: 'promise', head: 'Promise', cell: ({ promiseState }) => <PromiseText state={promiseState} /> },
    { name: 'until', head: 'Promised until', sort: 'promiseTo', cell: ({ promiseTo }) => when(promiseTo) },
    {
      name: 'slip',
      head: 'Slip',
      sort: 'slipSeconds',
      isNumber: true,
      cell: ({ slipSeconds }) =>
        slipSeconds === undefined ? (
          <Quiet />
        ) : (
          <Text component="span" fz={13} c={slipSeconds > 0 ? 'red' : 'dimmed'}>
            {slipSeconds > 0 ? '+' : ''}
            {spanText(slipSeconds)}
          </Text>
        ),
    },
    {
      name: 'stage',
      head: 'Stage due',
      sort: 'stageDueAt',
      cell: ({ stage, stageDueAt, breaches }) =>
        stage === undefined ? (
          <Quiet />
        ) : (
          <Text component="span" fz={13} c={breaches.some((breach) => breach.stage === stage) ? 'red' : 'inherit'}>
            {STAGE_WORDS[stage]} {stageDueAt === undefined ? '' : when(stageDueAt)}
          </Text>
        ),
    },
  ];
}

/** Whose and where: each leads to the orders that share it. */
const PLACE_COLUMNS: readonly Column<OrderView>[] = [
  {
    name: 'depot',
    head: 'Depot',
    sort: 'depotId',
    cell: ({ depotId }) => <FilterLink href={boardLink({ depotId: [depotId] })} id={depotId} />,
  },
  {
    name: 'route',
    head: 'Route',
    sort: 'routeId',
    cell: ({ routeId, stopSequence }) =>
      routeId === undefined ? (
        <Quiet />
      ) : (
        <>
          <FilterLink href={boardLink({ routeId })} id={routeId} />
          {stopSequence === undefined ? '' : <span className="po-quiet"> · {stopSequence}</span>}
        </>
      ),
  },
  {
    name: 'driver',
    head: 'Driver',
    sort: 'driverId',
    cell: ({ driverId }) =>
      driverId === undefined ? <Quiet /> : <FilterLink href={boardLink({ driverId })} id={driverId} />,
  },
  {
    name: 'customer',
    head: 'Customer',
    sort: 'customerId',
    cell: ({ customerId }) => <FilterLink href={boardLink({ customerId })} id={customerId} />,
  },
  {
    name: 'attempts',
    head: 'Attempts',
    sort: 'attempts',
    isNumber: true,
    cell: ({ attempts, replays }) => `${attempts}${replays > 0 ? ` (${replays} replayed)` : ''}`,
  },
];
