import { execFile } from 'node:child_process';

/** Stdout of a short command, trimmed; undefined where it lacks or fails. Light: it is on every command's way. */
export function askCommand(file: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, args, (error, stdout) => resolve(error === null ? stdout.trim() : undefined));
  });
}
