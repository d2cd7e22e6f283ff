/**
 * The board: what stands where, at a glance; the map; and the table of orders, whose filters, sorting and page are the
 * page's address. Live changes repaint the rows on the screen at once and ask for the page again at a measured pace.
 */
import { Button, Grid, Group, Stack, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useLatest } from '../../api/hooks.ts';
import type { BoardSummary } from '../../api/shapes.ts';
import { countText } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { Card, LoadingPanel, Shown } from '../../parts/panels.tsx';
import { BoardOrders } from './board-orders.tsx';
import { StatusBar, SummaryTiles } from './summary-tiles.tsx';

const FleetMap = lazy(() => import('../../map/fleet-map.tsx').then((part) => ({ default: part.FleetMap })));

export function BoardPage() {
  const summary = useLatest('summary', '/summary');
  const [isMapShown, showMap] = useLocalStorage({ key: 'po-map', defaultValue: true, getInitialValueInEffect: false });
  const [areOrdersShown, setOrdersShown] = useState(false);
  const showOrders = useCallback(() => setOrdersShown(true), []);
  const depots = useMemo(() => summary.data?.byDepot.map(({ depotId }) => depotId) ?? [], [summary.data]);
  return (
    <Stack gap={10}>
      <Shown reading={summary} what="the counts">
        {(data) => (
          <>
            <SummaryTiles summary={data} />
            <StatusBar summary={data} />
          </>
        )}
      </Shown>
      <Card
        title="Map"
        side={
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => showMap(!isMapShown)}
            aria-expanded={isMapShown}
          >
            {isMapShown ? 'Hide' : 'Show'}
          </Button>
        }
      >
        {isMapShown ? (
          <Grid gap={0}>
            <Grid.Col span={{ base: 12, md: 9 }} h={{ base: 240, md: 300 }}>
              <BoardMap isDue={areOrdersShown} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 3 }} mah={300} style={{ overflow: 'auto' }}>
              {summary.data === undefined ? null : <DepotList summary={summary.data} />}
            </Grid.Col>
          </Grid>
        ) : null}
      </Card>
      <BoardOrders depots={depots} onShown={showOrders} />
    </Stack>
  );
}

/** The numbers and the table come first: the map is a megabyte of script, and it is loaded when they stand. */
function BoardMap({ isDue }: { readonly isDue: boolean }) {
  return isDue ? <DueMap /> : <LoadingPanel what="the map" />;
}

function DueMap() {
  const picture = useLatest('map', '/map');
  return (
    <Shown reading={picture} what="the map">
      {(data) => (
        <Suspense fallback={<LoadingPanel what="the map" />}>
          <FleetMap picture={data} label="Depots, routes, vehicles and fences" />
        </Suspense>
      )}
    </Shown>
  );
}

function DepotList({ summary }: { readonly summary: BoardSummary }) {
  return (
    <table className="po-table" aria-label="Open and late orders by depot">
      <thead>
        <tr>
          <th scope="col">Depot</th>
          <th scope="col" className="po-number">
            Open
          </th>
          <th scope="col" className="po-number">
            Late
          </th>
        </tr>
      </thead>
      <tbody>
        {summary.byDepot.map(({ depotId, open, late }) => (
          <tr key={depotId}>
            <td>
              <Text component={Link} href={boardLink({ depotId: [depotId] })} size="sm" c="cyan">
                {depotId}
              </Text>
            </td>
            <td className="po-number">{countText(open)}</td>
            <td className="po-number">
              <Group gap={4} justify="flex-end" c={late > 0 ? 'red' : 'dimmed'}>
                {countText(late)}
              </Group>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
