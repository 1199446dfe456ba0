import type { ChartTheme } from './theme.js';

/** The look that all charts share: quiet axes, light rules, no boxes. */
export function valueAxis(theme: ChartTheme, name: string, more: Record<string, unknown> = {}) {
  return {
    type: 'value',
    name,
    ...{ nameLocation: 'middle', nameGap: 42, nameTextStyle: { color: theme.text } },
    axisLabel: { color: theme.text },
    splitLine: { lineStyle: { color: theme.line } },
    ...more,
  };
}

export function horizontalAxis(theme: ChartTheme, name: string, more: Record<string, unknown> = {}) {
  return {
    ...valueAxis(theme, name),
    nameGap: 28,
    splitLine: { show: false },
    axisLine: { show: true, lineStyle: { color: theme.line } },
    axisTick: { show: false },
    ...more,
  };
}

export const grid = { left: 60, right: 16, top: 24, bottom: 48 };
