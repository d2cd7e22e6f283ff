/** The map's ground and layers, and their colours in light and dark. No tiles, sprites or glyphs. */
import type { GeoJSONSourceSpecification, LayerSpecification, Map as MapLibre, StyleSpecification } from 'maplibre-gl';

const EMPTY: GeoJSONSourceSpecification = { type: 'geojson', data: { type: 'FeatureCollection', features: [] } };

/** Layers that say what they are under the pointer. */
export const HOT_LAYERS = ['vehicles', 'stops'] as const;

export function blankStyle(): StyleSpecification {
  const layers: LayerSpecification[] = [
    { id: 'ground', type: 'background', paint: { 'background-color': '#eef2f5' } },
    { id: 'graticule', type: 'line', source: 'graticule', paint: { 'line-width': 1 } },
    { id: 'fences', type: 'fill', source: 'fences', paint: { 'fill-opacity': 0.12 } },
    { id: 'fence-rims', type: 'line', source: 'fences', paint: { 'line-width': 1, 'line-opacity': 0.6 } },
    { id: 'routes', type: 'line', source: 'routes', paint: { 'line-width': 1.6, 'line-opacity': 0.55 } },
    {
      id: 'stops',
      type: 'circle',
      source: 'stops',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 8, 1.6, 12, 3.6, 15, 6],
        'circle-stroke-width': ['case', ['get', 'isMarked'], 0, 0.8],
      },
    },
    {
      id: 'marked-stop',
      type: 'circle',
      source: 'stops',
      filter: ['get', 'isMarked'],
      paint: { 'circle-radius': 8, 'circle-stroke-width': 2.5 },
    },
    {
      id: 'depots',
      type: 'circle',
      source: 'depots',
      paint: { 'circle-radius': 6, 'circle-stroke-width': 2 },
    },
    {
      id: 'vehicles',
      type: 'circle',
      source: 'vehicles',
      paint: { 'circle-radius': 6, 'circle-stroke-width': 2 },
    },
  ];
  return {
    version: 8,
    sources: { routes: EMPTY, stops: EMPTY, vehicles: EMPTY, depots: EMPTY, fences: EMPTY, graticule: EMPTY },
    layers,
  };
}

interface Paint {
  readonly layer: string;
  readonly property: Parameters<MapLibre['setPaintProperty']>[1];
  readonly value: Parameters<MapLibre['setPaintProperty']>[2];
}

/** The page's own colours. WebGL knows no CSS variables, so they are read from the page. */
export function paintOf(_scheme: 'light' | 'dark'): readonly Paint[] {
  const styles = getComputedStyle(document.documentElement);
  const color = (name: string): string => styles.getPropertyValue(`--po-${name}`).trim();
  return [
    { layer: 'ground', property: 'background-color', value: color('map') },
    { layer: 'graticule', property: 'line-color', value: color('map-line') },
    {
      layer: 'fences',
      property: 'fill-color',
      value: ['match', ['get', 'kind'], 'zone', color('warn'), color('moving')],
    },
    {
      layer: 'fence-rims',
      property: 'line-color',
      value: ['match', ['get', 'kind'], 'zone', color('warn'), color('moving')],
    },
    { layer: 'routes', property: 'line-color', value: color('moving') },
    { layer: 'stops', property: 'circle-color', value: ['case', ['get', 'isDone'], color('good'), color('card')] },
    {
      layer: 'stops',
      property: 'circle-stroke-color',
      value: ['case', ['get', 'isDone'], color('good'), color('quiet')],
    },
    { layer: 'marked-stop', property: 'circle-color', value: color('warn') },
    { layer: 'marked-stop', property: 'circle-stroke-color', value: color('card') },
    { layer: 'depots', property: 'circle-color', value: color('quiet') },
    { layer: 'depots', property: 'circle-stroke-color', value: color('card') },
    { layer: 'vehicles', property: 'circle-color', value: color('moving') },
    { layer: 'vehicles', property: 'circle-stroke-color', value: color('card') },
  ];
}
