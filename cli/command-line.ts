/** How a user of this checkout calls the CLI, for the next steps that messages name. */
export function commandLine(...words: readonly string[]): string {
  return ['npm run -s clawmill --', ...words].join(' ');
}
