/** `45s`, `3m05s`, `2h07m`: for people who wait. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${pad(whole % 60)}s`;
  return `${Math.floor(minutes / 60)}h${pad(minutes % 60)}m`;
}

/** Minutes with two decimals, as the tables show them. */
export function minutes(seconds: number): string {
  return (seconds / 60).toFixed(2);
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
