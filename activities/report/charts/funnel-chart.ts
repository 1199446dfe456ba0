import type { Html } from '../html.js';
import { count } from '../words.js';
import { horizontalAxis } from './axes.js';
import { draw } from './draw.js';
import type { ChartTheme } from './theme.js';

export interface FunnelRow {
  name: string;
  /** Parts of the bar, left to right; one part where it is not divided. */
  parts: readonly { name: string; count: number }[];
}

/** How many tasks are left after each step: bars of one scale, top to bottom. */
export function funnelChart(rows: readonly FunnelRow[]): Html {
  const widest = Math.max(1, ...rows.map(({ parts }) => parts.length));
  const words = rows.map(
    ({ name, parts }) => `${name}: ${parts.map((part) => `${part.name} ${count(part.count)}`).join(', ')}`,
  );
  return draw({
    description: `${words.join('; ')}.`,
    width: 640,
    height: 56 + rows.length * 44,
    option: (theme) => ({
      grid: { left: 130, right: 24, top: 8, bottom: 32 },
      xAxis: horizontalAxis(theme, '', { splitLine: { show: true, lineStyle: { color: theme.line } } }),
      yAxis: {
        ...{ type: 'category', inverse: true, data: rows.map(({ name }) => name) },
        ...{ axisLabel: { color: theme.text }, axisTick: { show: false }, axisLine: { show: false } },
      },
      series: Array.from({ length: widest }, (_, part) => series(rows, part, theme)),
    }),
  });
}

function series(rows: readonly FunnelRow[], part: number, theme: ChartTheme) {
  return {
    type: 'bar',
    stack: 'tasks',
    barWidth: 24,
    data: rows.map(({ parts }) => {
      const value = parts[part]?.count ?? 0;
      const color = parts.length === 1 ? theme.muted : (theme.series[part] ?? theme.muted);
      return { value, itemStyle: { color } };
    }),
  };
}
