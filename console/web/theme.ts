/** Colours and densities of the console: calm greys, one accent, and a fixed colour for each tone. */
import { createTheme } from '@mantine/core';
import type { TimelineEntry } from './api/shapes.ts';
import type { Tone } from './logic/vocabulary.ts';

export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 8, dark: 5 },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.15rem' }, h2: { fontSize: '0.95rem' } } },
});

/** Names of Mantine's colours. */
export const TONE_COLORS: Readonly<Record<Tone, string>> = {
  quiet: 'gray',
  moving: 'blue',
  good: 'teal',
  warn: 'orange',
  bad: 'red',
};

/** Colours as CSS variables that app.css defines for light and dark. */
export const TONE_VARIABLES: Readonly<Record<Tone, string>> = {
  quiet: 'var(--po-quiet)',
  moving: 'var(--po-moving)',
  good: 'var(--po-good)',
  warn: 'var(--po-warn)',
  bad: 'var(--po-bad)',
};

export const TIMELINE_TONES: Readonly<Record<TimelineEntry['tone'], Tone>> = {
  neutral: 'moving',
  good: 'good',
  warn: 'warn',
  bad: 'bad',
};
