import { z } from 'zod';

const segments = (path: string): string[] => path.split('/');

/** A path relative to the workspace: no leading slash, no `.`, `..` or empty segment, no NUL or backslash. */
export const workspacePathSchema = z
  .string()
  .min(1)
  .max(512)
  .refine((path) => segments(path).every((part) => part !== '' && part !== '.' && part !== '..'), {
    message: 'must be relative, without empty, "." or ".." segments',
  })
  // eslint-disable-next-line no-control-regex -- control characters in names are exactly what is refused
  .refine((path) => !/[\u0000-\u001f\u007f\\]/.test(path), {
    message: 'must not hold control characters or backslashes',
  });

/** One regular file. Binary content is base64; everything else is UTF-8 text. */
export const workspaceFileSchema = z.strictObject({
  path: workspacePathSchema,
  content: z.string(),
  encoding: z.enum(['utf8', 'base64']).default('utf8'),
  executable: z.boolean().default(false),
});
export type WorkspaceFile = z.infer<typeof workspaceFileSchema>;

/** The files an agent starts from, or left behind: sorted by path, paths unique. */
export const workspaceSchema = z
  .array(workspaceFileSchema)
  .refine(
    (files) => files.every((file, index) => index === 0 || (files[index - 1] as WorkspaceFile).path < file.path),
    { message: 'files must be sorted by path, without repeats' },
  );
export type Workspace = z.infer<typeof workspaceSchema>;

/** Brings files into the one order that a workspace's hash is defined over (by UTF-16 code unit, as `<` compares). */
export function sortFiles(files: readonly WorkspaceFile[]): Workspace {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** Shorthand for a text file of mode 0644. */
export function textFile(path: string, content: string): WorkspaceFile {
  return { path, content, encoding: 'utf8', executable: false };
}
