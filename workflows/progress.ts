import { setCurrentDetails, upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { STATUS_MEMO, type StageProgress } from '../domain/run-status.js';
import { keys } from './search-attributes.js';

/** How far a stage is, as the Temporal UI, `status` and `watch` show it. */
export class Progress {
  private state: StageProgress;

  constructor(
    of: number,
    private readonly unit: string,
  ) {
    this.state = { done: 0, of, unit, note: '' };
    this.show();
  }

  /** Counts finished items. */
  add(done: number, note = this.state.note): void {
    this.set(this.state.done + done, note);
  }

  set(done: number, note = this.state.note): void {
    this.state = { ...this.state, done, note };
    this.show();
  }

  private show(): void {
    const { done, of, note } = this.state;
    setCurrentDetails(`**${String(done)} of ${String(of)}** ${this.unit}${note ? ` — ${note}` : ''}`);
    upsertSearchAttributes([{ key: keys.progress, value: of === 0 ? 1 : done / of }]);
    upsertMemo({ [STATUS_MEMO]: this.state });
  }
}
