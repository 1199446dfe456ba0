import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { html, type Html } from '../html.js';
import { dark, light, type ChartTheme } from './theme.js';

use([BarChart, CustomChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

export interface Drawing {
  /** What the chart says, for those who do not see it. */
  description: string;
  width: number;
  height: number;
  option: (theme: ChartTheme) => EChartsCoreOption;
}

/**
 * A chart as an image: a document of its own, in which nothing runs and nothing of the page can be reached. Printed, it is the light
 * one.
 */
export function draw({ description, width, height, option }: Drawing): Html {
  const source = (theme: ChartTheme): string => {
    const svg = toSvg(option(theme), width, height);
    return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  };
  return html`<picture
    ><source media="screen and (prefers-color-scheme: dark)" srcset="${source(dark)}" />
    <img src="${source(light)}" alt="${description}" width="${width}" height="${height}"
  /></picture>`;
}

function toSvg(option: EChartsCoreOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif', fontSize: 12 }, ...option });
    return still(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/**
 * Leaves out what is for the mouse, and the library's numbering of all charts that this process has drawn: the same chart is the
 * same text. Quotes in labels are escaped, so attributes are all that is found.
 */
function still(svg: string): string {
  return svg
    .replace(/<style ?>[\s\S]*?<\/style>\n?/, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/\bzr\d+-(c\d+)\b/g, '$1');
}
