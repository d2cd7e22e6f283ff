/** Perfect-order share of each slice as bars. */
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import type { AuditSlice } from '../../api/shapes.ts';
import { shareText } from '../../logic/format.ts';

export function SliceChart({
  bars,
}: {
  readonly bars: readonly { readonly name: string; readonly slice: AuditSlice }[];
}) {
  const data = bars.map(({ name, slice }) => ({ name, share: slice.perfectShare ?? 0, orders: slice.orders }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={data} margin={{ top: 8, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
        <CartesianGrid stroke="var(--po-line)" vertical={false} />
        <XAxis
          dataKey="name"
          tick={{ fontSize: 11, fill: 'var(--po-text-quiet)' }}
          stroke="var(--po-line)"
          minTickGap={12}
        />
        <YAxis
          domain={[0, 1]}
          width={52}
          tickFormatter={shareText}
          tick={{ fontSize: 11, fill: 'var(--po-text-quiet)' }}
          stroke="var(--po-line)"
        />
        <Tooltip
          cursor={{ fill: 'var(--po-hover)' }}
          formatter={(value) => shareText(Number(value))}
          contentStyle={{ background: 'var(--po-card)', border: '1px solid var(--po-line)', fontSize: 12 }}
        />
        <Bar
          name="Perfect"
          dataKey="share"
          fill="var(--po-good)"
          maxBarSize={46}
          radius={[3, 3, 0, 0]}
          isAnimationActive={false}
        />
      </BarChart>
    </ResponsiveContainer>
  );
}
