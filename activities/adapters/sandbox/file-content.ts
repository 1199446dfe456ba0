import { isUtf8 } from 'node:buffer';

import type { WorkspaceFile } from '../../../domain/task/workspace.js';

export function contentBytes(file: WorkspaceFile): Buffer {
  return Buffer.from(file.content, file.encoding);
}

/** Text stays readable; whatever is not UTF-8 becomes base64, so that every byte survives. */
export function workspaceFile(path: string, content: Buffer, executable: boolean): WorkspaceFile {
  const encoding = isUtf8(content) ? 'utf8' : 'base64';
  return { path, content: content.toString(encoding), encoding, executable };
}
