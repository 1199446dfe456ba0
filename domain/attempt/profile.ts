import type { ToolCall } from './tool-call.js';

/**
 * The compact profile: ChatML markers and one call a turn, in as few tokens as a small model can do with. A turn's first
 * line names the tool (and, where it has one, the path); the lines after it are the tool's body.
 */
export const END_OF_TURN = '<|im_end|>';

const systemText =
  'You work at a shell in /workspace. Each turn, write one call: exec and a command on the next line, or finish and a message.';

/** Template markers in text from tasks or tools would forge turns: a zero-width space breaks them up. */
export function neutralizeMarkers(text: string): string {
  return text.replaceAll('<|', '<\u200b|');
}

export function renderPrompt(instruction: string): string {
  return (
    `<|im_start|>system\n${systemText}${END_OF_TURN}\n` +
    `<|im_start|>user\n${neutralizeMarkers(instruction)}${END_OF_TURN}\n<|im_start|>assistant\n`
  );
}

export function renderObservation(observation: string): string {
  return `\n<|im_start|>tool\n${neutralizeMarkers(observation)}${END_OF_TURN}\n<|im_start|>assistant\n`;
}

/** The turn an agent would have to sample for this call, terminator included. */
export function renderCall(call: ToolCall): string {
  return `${callText(call)}${END_OF_TURN}`;
}

function callText(call: ToolCall): string {
  switch (call.tool) {
    case 'exec':
      return `exec\n${call.command}`;
    case 'finish':
      return `finish\n${call.message}`;
    case 'read':
    case 'list':
      return `${call.tool} ${call.path}`;
    case 'write':
      return `write ${call.path}\n${call.content}`;
    case 'edit':
      return `edit ${call.path}\n<<<<\n${call.old}\n====\n${call.new}\n>>>>`;
  }
}

/** Reads a sampled turn. Undefined when it is no call: that is answered and counted, never a crash. */
export function parseTurn(text: string): ToolCall | undefined {
  const turn = text.endsWith(END_OF_TURN) ? text.slice(0, -END_OF_TURN.length) : text;
  const [head = '', ...rest] = turn.trimStart().split('\n');
  const body = rest.join('\n');
  const [tool, ...words] = head.trimEnd().split(' ');
  const path = words.join(' ');
  if (tool === 'exec' && path === '' && body.trim() !== '') return { tool, command: body };
  if (tool === 'finish' && path === '') return { tool, message: body };
  if (path === '') return undefined;
  if (tool === 'read' || tool === 'list') return { tool, path };
  if (tool === 'write') return { tool, path, content: body };
  if (tool === 'edit') return parseEdit(path, body);
  return undefined;
}

function parseEdit(path: string, body: string): ToolCall | undefined {
  const match = /^<<<<\n([\s\S]*?)\n====\n([\s\S]*?)\n>>>>\s*$/.exec(body);
  return match ? { tool: 'edit', path, old: match[1] ?? '', new: match[2] ?? '' } : undefined;
}
