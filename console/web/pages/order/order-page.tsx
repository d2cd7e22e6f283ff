/**
 * One order: where it stands and what can be done; its whole life on one axis; the way its execution took; ETA against
 * promise; its stretch of the route; and everything that was recorded of it.
 */
import { Grid, Stack, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { useLive, useRead, useThrottled } from '../../api/hooks.ts';
import type { OrderTraceView } from '../../api/shapes.ts';
import { shortId } from '../../logic/format.ts';
import { boardLink } from '../../logic/query-address.ts';
import { Card, EmptyPanel, LoadingPanel, Shown } from '../../parts/panels.tsx';
import { ExecutionPanel } from './execution-panel.tsx';
import { OrderHead } from './order-head.tsx';
import { OrderRecords } from './order-records.tsx';
import { OrderTimeline } from './order-timeline.tsx';
import { RouteMap } from './route-map.tsx';

const EtaChart = lazy(() => import('./eta-chart.tsx').then((part) => ({ default: part.EtaChart })));
const RELOAD_MS = 2000;

export function OrderPage({ orderId }: { readonly orderId: string }) {
  useDocumentTitle(`${shortId(orderId)} · Perfect Order`);
  const trace = useRead<OrderTraceView>(`/orders/${encodeURIComponent(orderId)}`);
  const reload = useThrottled(trace.reload, RELOAD_MS);
  useLive('orders', (changed) => changed.some((order) => order.orderId === orderId) && reload());
  if (trace.error?.status === 404 && trace.data === undefined) {
    return (
      <Card>
        <EmptyPanel title={`Nothing is known of order ${orderId}`}>
          It was neither accepted nor refused here. Check the id, or{' '}
          <Text component={Link} href={boardLink({ text: orderId.slice(0, 8) })} size="sm" c="cyan">
            search the board for its beginning
          </Text>
          .
        </EmptyPanel>
      </Card>
    );
  }
  return (
    <Shown reading={trace} what="the order">
      {(data) => <OrderView trace={data} onChanged={trace.reload} />}
    </Shown>
  );
}

function OrderView({ trace, onChanged }: { readonly trace: OrderTraceView; readonly onChanged: () => void }) {
  // A click on a state in the timeline selects it in the graph.
  const [selected, select] = useState<string>();
  return (
    <Stack gap={10}>
      <OrderHead trace={trace} onChanged={onChanged} />
      <Card title="Timeline" label="Timeline of the order">
        <OrderTimeline trace={trace} onSelect={select} {...(selected === undefined ? {} : { selected })} />
      </Card>
      {trace.executions.length === 0 ? (
        <Card title="Execution">
          <EmptyPanel title="No execution was started for this order" />
        </Card>
      ) : (
        <ExecutionPanel
          executions={trace.executions}
          {...(trace.wait === undefined ? {} : { wait: trace.wait })}
          {...(selected === undefined ? {} : { selected })}
        />
      )}
      <Grid gap={10}>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Card title="ETA against promise">
            {trace.eta.length === 0 ? (
              <EmptyPanel title="No ETA yet">It is predicted once the order is on a route.</EmptyPanel>
            ) : (
              <Suspense fallback={<LoadingPanel what="the plot" />}>
                <EtaChart samples={trace.eta} now={trace.now} />
              </Suspense>
            )}
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Card title="On the route">
            <RouteMap trace={trace} />
          </Card>
        </Grid.Col>
      </Grid>
      <OrderRecords trace={trace} />
    </Stack>
  );
}
