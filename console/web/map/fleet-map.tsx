/**
 * The map: depots, routes, stops, vehicles and fences on a plain ground with a graticule. Nothing is loaded from
 * elsewhere, so it works without a network. It fits itself to the picture once, and then leaves the view to whoever
 * moves it.
 */
import 'maplibre-gl/dist/maplibre-gl.css';
import { useComputedColorScheme } from '@mantine/core';
import {
  type GeoJSONSource,
  type MapLayerMouseEvent,
  Map as MapLibre,
  Marker,
  NavigationControl,
  Popup,
  setWorkerUrl,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { MapPicture } from '../api/shapes.ts';
import { clockText } from '../logic/format.ts';
import { type Bounds, boundsOf, type MapFeatures, mapFeatures } from '../logic/map-features.ts';
import { boardLink } from '../logic/query-address.ts';
import { blankStyle, HOT_LAYERS, paintOf } from './map-style.ts';

setWorkerUrl(workerUrl);

export interface FleetMapProps {
  readonly picture: MapPicture;
  /** The order whose stop stands out. */
  readonly orderId?: string;
  readonly label: string;
}

export function FleetMap({ picture, orderId, label }: FleetMapProps) {
  const { holder, map, isReady, problem } = useMap();
  const fitted = useRef<MapLibre>(undefined);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const made = map.current;
    if (made === undefined || !isReady) return;
    // The scheme's colours are on the page only after this frame.
    const frame = requestAnimationFrame(() => {
      for (const { layer, property, value } of paintOf(scheme)) made.setPaintProperty(layer, property, value);
    });
    return () => cancelAnimationFrame(frame);
  }, [isReady, scheme, map]);

  useEffect(() => {
    const made = map.current;
    if (made === undefined || !isReady) return undefined;
    const features = mapFeatures(picture, orderId === undefined ? {} : { orderId });
    for (const name of Object.keys(features) as (keyof MapFeatures)[]) {
      (made.getSource(name) as GeoJSONSource | undefined)?.setData(features[name]);
    }
    const bounds = boundsOf(picture);
    if (fitted.current !== made && bounds !== undefined) {
      fitted.current = made;
      made.fitBounds(roomy(bounds), { padding: 36, duration: 0, maxZoom: 13 });
    }
    const markers = picture.depots.map(({ depotId, position }) => {
      const element = document.createElement('div');
      element.className = 'po-map-label';
      element.textContent = depotId;
      return new Marker({ element, anchor: 'bottom', offset: [0, -8] }).setLngLat([...position]).addTo(made);
    });
    return () => {
      for (const marker of markers) marker.remove();
    };
  }, [isReady, picture, orderId, map]);

  return (
    <section className="po-map" aria-label={label}>
      {boundsOf(picture) === undefined ? (
        <p className="po-map-empty">No depot, route or vehicle is known yet.</p>
      ) : null}
      {problem === undefined ? (
        <div ref={holder} style={{ position: 'absolute', inset: 0 }} />
      ) : (
        <p className="po-quiet" style={{ padding: 16, fontSize: 13 }}>
          The map needs WebGL, which this browser does not give ({problem}). Everything else works; the table has each
          order’s route and stop.
        </p>
      )}
    </section>
  );
}

/** A map in `holder` for as long as the component is there; `problem` says why there is none. */
function useMap() {
  const holder = useRef<HTMLDivElement>(null);
  const map = useRef<MapLibre>(undefined);
  const [problem, setProblem] = useState<string>();
  const [isReady, setReady] = useState(false);
  const [, navigate] = useLocation();

  useEffect(() => {
    if (holder.current === null) return undefined;
    let made: MapLibre;
    try {
      made = new MapLibre({ container: holder.current, style: blankStyle(), attributionControl: false, maxZoom: 17 });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return undefined;
    }
    made.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    made.on('load', () => setReady(true));
    explain(made, (to) => navigate(to));
    map.current = made;
    return () => {
      made.remove();
      map.current = undefined;
      setReady(false);
    };
  }, [navigate]);
  return { holder, map, isReady, problem };
}

type Corners = [[number, number], [number, number]];

/** A lone point gets some ground around it. */
const roomy = ([west, south, east, north]: Bounds): Corners => [
  [west - 0.005, south - 0.005],
  [east + 0.005, north + 0.005],
];

/** Says what is under the pointer; a click on it shows its orders on the board. */
function explain(map: MapLibre, go: (to: string) => void): void {
  const popup = new Popup({ closeButton: false, closeOnClick: false, className: 'po-map-tip', offset: 10 });
  const nearest = (event: MapLayerMouseEvent) => event.features?.[0];
  for (const layer of HOT_LAYERS) {
    map.on('mousemove', layer, (event) => {
      const feature = nearest(event);
      if (feature === undefined) return;
      map.getCanvas().style.cursor = 'pointer';
      popup.setLngLat(event.lngLat).setText(textOf(layer, feature.properties)).addTo(map);
    });
    map.on('mouseleave', layer, () => {
      map.getCanvas().style.cursor = '';
      popup.remove();
    });
    map.on('click', layer, (event) => {
      const properties = nearest(event)?.properties ?? {};
      const orderId = properties['orderId'];
      if (layer === 'stops' && properties['orders'] === 1) go(`/orders/${encodeURIComponent(String(orderId))}`);
      else if (properties['routeId'] !== undefined) go(boardLink({ routeId: String(properties['routeId']) }));
      else if (layer === 'vehicles') go(boardLink({ vehicleId: String(properties['vehicleId']) }));
    });
  }
}

function textOf(layer: string, properties: Readonly<Record<string, unknown>>): string {
  const at = (name: string): string => clockText(String(properties[name]));
  if (layer === 'vehicles') {
    const route = properties['routeId'] === undefined ? 'no route' : `route ${String(properties['routeId'])}`;
    return `${String(properties['vehicleId'])}, ${route}, seen ${at('sampleTime')}`;
  }
  const orders = Number(properties['orders']);
  const done = properties['isDone'] === true ? 'done' : `planned ${at('plannedArrivalAt')}`;
  return `Stop ${String(properties['sequence'])}, ${orders} ${orders === 1 ? 'order' : 'orders'}, ${done}`;
}
