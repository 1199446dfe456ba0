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
  const divided = rows.reduce<FunnelRow['parts']>((most, { parts }) => (parts.length > most.length ? parts : most), []);
  const words = rows.map(
    ({ name, parts }) => `${name}: ${parts.map((part) => `${part.name} ${count(part.count)}`).join(', ')}`,
  );
  return draw({
    description: `${words.join('; ')}.`,
    width: 640,
    height: 84 + rows.length * 44,
    option: (theme) => ({
      legend: { top: 0, left: 126, itemWidth: 14, itemHeight: 10, itemGap: 24, textStyle: { color: theme.text } },
      grid: { left: 130, right: 24, top: 36, bottom: 32 },
      xAxis: horizontalAxis(theme, '', { splitLine: { show: true, lineStyle: { color: theme.line } } }),
      yAxis: {
        ...{ type: 'category', inverse: true, data: rows.map(({ name }) => name) },
        ...{ axisLabel: { color: theme.text }, axisTick: { show: false }, axisLine: { show: false } },
      },
      series: divided.map(({ name }, part) => series(rows, part, name, theme)),
    }),
  });
}

function series(rows: readonly FunnelRow[], part: number, name: string, theme: ChartTheme) {
  return {
    name,
    type: 'bar',
    color: theme.series[part] ?? theme.muted,
    stack: 'tasks',
    barWidth: 24,
    data: rows.map(({ parts }) => {
      const value = parts[part]?.count ?? 0;
      return parts.length === 1 ? { value, itemStyle: { color: theme.muted } } : { value };
    }),
  };
}
