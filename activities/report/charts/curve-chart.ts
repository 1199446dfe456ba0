import type { CurvePoint } from '../../../domain/training/checkpoint.js';
import type { Html } from '../html.js';
import { grid, horizontalAxis, valueAxis } from './axes.js';
import { draw } from './draw.js';

export interface Curve {
  points: readonly CurvePoint[];
  /** Which field runs along, and which goes up. */
  x: { field: string; name: string };
  y: { field: string; name: string; max?: number };
  /** 1 or 2 of the theme's series colours. */
  colour: 1 | 2;
}

/** One line over steps or iterations. Points without a number are left out. */
export function curveChart({ points, x, y, colour }: Curve): Html {
  const data = points
    .map((point) => [point[x.field], point[y.field]])
    .filter((pair): pair is [number, number] =>
      pair.every((value) => typeof value === 'number' && Number.isFinite(value)),
    );
  const [first, last] = [data[0]?.[1], data.at(-1)?.[1]];
  const ends =
    first === undefined || last === undefined ? 'no points' : `from ${first.toFixed(3)} to ${last.toFixed(3)}`;
  return draw({
    description: `${y.name} over ${data.length} ${x.name}s: ${ends}.`,
    width: 640,
    height: 280,
    option: (theme) => ({
      grid,
      xAxis: horizontalAxis(theme, x.name, { ...range(data.map(([at]) => at)), minInterval: 1 }),
      yAxis: valueAxis(theme, y.name, { min: 0, ...(y.max === undefined ? {} : { max: y.max }) }),
      series: [
        {
          type: 'line',
          data,
          showSymbol: data.length <= 30,
          symbol: 'circle',
          symbolSize: 7,
          lineStyle: { color: theme.series[colour], width: 2 },
          itemStyle: { color: theme.series[colour] },
        },
      ],
    }),
  });
}

/** From the first point to the last; a single point stands in the middle of its neighbours. */
function range(values: readonly number[]): { min: number; max: number } {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return min < max ? { min, max } : { min: min - 1, max: min + 1 };
}
