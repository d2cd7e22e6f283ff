/** The order's route with its own stop marked and the vehicle where it was last seen. */
import { Box } from '@mantine/core';
import { lazy, Suspense, useMemo } from 'react';
import type { MapPicture, OrderTraceView } from '../../api/shapes.ts';
import { EmptyPanel, LoadingPanel } from '../../parts/panels.tsx';

const FleetMap = lazy(() => import('../../map/fleet-map.tsx').then((part) => ({ default: part.FleetMap })));

export function RouteMap({ trace }: { readonly trace: OrderTraceView }) {
  const picture = useMemo(() => pictureOf(trace), [trace]);
  if (trace.route === undefined) {
    return <EmptyPanel title="On no route">The order has no stop yet, or its route was withdrawn.</EmptyPanel>;
  }
  return (
    <Box h={250}>
      <Suspense fallback={<LoadingPanel what="the map" />}>
        <FleetMap picture={picture} orderId={trace.order.orderId} label="The order's stop on its route" />
      </Suspense>
    </Box>
  );
}

function pictureOf({ now, route, vehicle, order }: OrderTraceView): MapPicture {
  return {
    now,
    depots: [],
    routes: route === undefined ? [] : [route],
    vehicles: vehicle === undefined ? [] : [vehicle],
    fences: [{ fenceId: order.orderId, kind: 'stop', center: order.position, radiusMeters: 100 }],
  };
}
