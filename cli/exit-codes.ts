/** What the process ends with; docs/commands.md tells users. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  badInput: 2,
  held: 3,
  infrastructure: 4,
  interrupted: 130,
} as const;
