/** ETA and promised end over time: both as times of day, so that the distance between the lines is the slip. */
import { Box } from '@mantine/core';
import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { EtaSample } from '../../api/shapes.ts';
import { clockText, fullTime } from '../../logic/format.ts';

interface Point {
  readonly atMs: number;
  readonly etaMs: number;
  readonly promiseMs: number;
  readonly source: EtaSample['source'];
}

const DAY_MS = 86_400_000;
const isoOf = (ms: number): string => new Date(ms).toISOString();

export function EtaChart({ samples, now }: { readonly samples: readonly EtaSample[]; readonly now: string }) {
  const points: Point[] = samples.map(({ at, etaAt, promiseTo, source }) => ({
    atMs: Date.parse(at),
    etaMs: Date.parse(etaAt),
    promiseMs: Date.parse(promiseTo),
    source,
  }));
  const last = points.at(-1);
  const isDelivered = samples.some(({ source }) => source === 'delivery');
  // What was said last holds until now.
  if (last !== undefined && !isDelivered && Date.parse(now) > last.atMs)
    points.push({ ...last, atMs: Date.parse(now) });
  const isOneDay = points.every(({ atMs, etaMs }) => Math.abs(etaMs - atMs) < DAY_MS);
  const time = (ms: number): string => (isOneDay ? isoOf(ms).slice(11, 16) : clockText(isoOf(ms), now).slice(0, 11));
  return (
    <Box h={250} p="xs" role="img" aria-label={textOf(last)}>
      <ResponsiveContainer width="100%" height="100%">
        <LineChart data={points} margin={{ top: 8, right: 16, bottom: 0, left: 8 }}>
          <CartesianGrid stroke="var(--po-line)" vertical={false} />
          <XAxis
            dataKey="atMs"
            type="number"
            domain={['dataMin', 'dataMax']}
            tickFormatter={time}
            minTickGap={48}
            tick={{ fontSize: 11, fill: 'var(--po-text-quiet)' }}
            stroke="var(--po-line)"
          />
          <YAxis
            type="number"
            domain={[(least: number) => least - 600_000, (most: number) => most + 600_000]}
            tickFormatter={time}
            width={84}
            tick={{ fontSize: 11, fill: 'var(--po-text-quiet)' }}
            stroke="var(--po-line)"
          />
          <Tooltip
            formatter={(value) => fullTime(isoOf(Number(value))).slice(0, 19)}
            labelFormatter={(at) => `At ${fullTime(isoOf(Number(at))).slice(0, 19)}`}
            contentStyle={{ background: 'var(--po-card)', border: '1px solid var(--po-line)', fontSize: 12 }}
          />
          <Legend wrapperStyle={{ fontSize: 12 }} />
          <Line
            name="ETA"
            dataKey="etaMs"
            stroke="var(--po-moving)"
            strokeWidth={2}
            dot={{ r: 2 }}
            isAnimationActive={false}
            type="stepAfter"
          />
          <Line
            name="Promised until"
            dataKey="promiseMs"
            stroke="var(--po-bad)"
            strokeDasharray="5 3"
            dot={false}
            isAnimationActive={false}
            type="stepAfter"
          />
          {isDelivered && last !== undefined ? (
            <ReferenceLine
              x={last.atMs}
              stroke="var(--po-good)"
              label={{ value: 'delivered', fontSize: 11, fill: 'var(--po-good)', position: 'insideTopRight' }}
            />
          ) : null}
        </LineChart>
      </ResponsiveContainer>
    </Box>
  );
}

function textOf(last: Point | undefined): string {
  if (last === undefined) return 'No ETA';
  return `Last ETA ${fullTime(isoOf(last.etaMs))}, promised until ${fullTime(isoOf(last.promiseMs))}`;
}
