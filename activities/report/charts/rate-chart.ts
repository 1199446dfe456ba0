import type { SplitScore } from '../../../domain/bench/score.js';
import type { CustomSeriesRenderItem } from 'echarts';
import type { Html } from '../html.js';
import { rateWords } from '../words.js';
import { grid, horizontalAxis, valueAxis } from './axes.js';
import { draw } from './draw.js';
import type { ChartTheme } from './theme.js';

export interface RateBar {
  name: string;
  pass: SplitScore['pass'];
}

/** One bar a checkpoint, with a whisker for the interval. */
export function rateChart(bars: readonly RateBar[], split: string): Html {
  return draw({
    description: `Pass rate on ${split} tasks: ${bars.map(({ name, pass }) => `${name} ${rateWords(pass)}`).join('; ')}.`,
    width: 340,
    height: 280,
    option: (theme) => ({
      grid: { ...grid, bottom: 28 },
      xAxis: horizontalAxis(theme, '', { type: 'category', data: bars.map(({ name }) => name) }),
      yAxis: valueAxis(theme, 'passed, %', { min: 0, max: 100 }),
      series: [
        {
          type: 'bar',
          barWidth: '52%',
          data: bars.map(({ pass }, index) => ({
            value: pass.rate * 100,
            itemStyle: { color: theme.series[index] ?? theme.muted },
          })),
        },
        {
          type: 'custom',
          z: 3,
          renderItem: whisker(theme),
          data: bars.map(({ pass }, index) => [index, pass.low * 100, pass.high * 100]),
        },
      ],
    }),
  });
}

function whisker(theme: ChartTheme): CustomSeriesRenderItem {
  return (_params, api) => {
    const [x = 0, low = 0] = api.coord([api.value(0), api.value(1)]);
    const [, high = 0] = api.coord([api.value(0), api.value(2)]);
    const stroke = (x1: number, y1: number, x2: number, y2: number) => ({
      type: 'line' as const,
      shape: { x1, y1, x2, y2 },
      style: { stroke: theme.text, lineWidth: 1.5 },
    });
    return {
      type: 'group',
      children: [stroke(x, low, x, high), stroke(x - 7, low, x + 7, low), stroke(x - 7, high, x + 7, high)],
    };
  };
}
