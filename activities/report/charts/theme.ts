/** A chart is drawn twice, for light and for dark pages. Contrast of text on the page is above 7:1 in both. */
export interface ChartTheme {
  text: string;
  line: string;
  /** Colours of what is measured: base, SFT, RL; or train, held-out, unseen. */
  series: readonly [string, string, string];
  muted: string;
}

export const light: ChartTheme = {
  text: '#33393f',
  line: '#d5dade',
  series: ['#8a949e', '#1f6f8b', '#b4532a'],
  muted: '#aab4bd',
};

export const dark: ChartTheme = {
  text: '#c9d1d9',
  line: '#3a424b',
  series: ['#8a949e', '#5cb3d1', '#e58f63'],
  muted: '#5b6570',
};
