/**
 * Names that requests choose from: short plain words, for they are copied into commands. Many of them, so that a new request
 * seldom has the same command as one that was trained on. No output is called like an input.
 */
export const folders = {
  tables: ['data', 'lists', 'files', 'tables', 'records', 'input'],
  logs: ['logs', 'log', 'output', 'service'],
  config: ['config', 'settings', 'etc', 'setup'],
  texts: ['docs', 'text', 'pages', 'drafts'],
  notes: ['notes', 'diary', 'minutes', 'journal', 'memos', 'log'],
  parts: ['parts', 'months', 'texts', 'letters', 'drafts', 'pages', 'reports', 'chapters'],
  arriving: ['inbox', 'drop', 'new', 'desk', 'incoming', 'upload', 'scan', 'mail'],
  leaving: ['archive', 'done', 'kept', 'backup', 'past', 'store', 'sorted', 'final'],
} as const;

/** Endings left out: each kind adds its own. */
export const outputs = {
  sum: ['total', 'sum', 'result', 'answer', 'amount', 'figure'],
  count: ['count', 'number', 'result', 'answer', 'found', 'many'],
  name: ['best', 'top', 'first', 'winner', 'answer', 'leader'],
  names: ['names', 'list', 'found', 'result', 'chosen', 'these'],
  table: ['part', 'selected', 'result', 'report', 'picked', 'extract'],
  sorted: ['sorted', 'ordered', 'ranking', 'result', 'report'],
  totals: ['totals', 'summary', 'result', 'report', 'sums'],
  lines: ['lines', 'found', 'result', 'extract', 'report', 'kept'],
  counts: ['counts', 'services', 'summary', 'result', 'report', 'stats'],
  value: ['value', 'answer', 'result', 'setting', 'found'],
  joined: ['all', 'joined', 'full', 'whole', 'year', 'together', 'complete', 'book'],
} as const;

export const marks = ['TODO', 'ASK', 'BUY', 'LATER', 'URGENT', 'IDEA', 'CALL', 'CHECK'] as const;

export const endings = ['txt', 'csv', 'md', 'log', 'json', 'html'] as const;
