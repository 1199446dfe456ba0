import type { Step } from '../../../domain/attempt/trajectory.js';
import type { ToolCall } from '../../../domain/attempt/tool-call.js';
import { html, type Content, type Html } from '../html.js';
import type { ReportInput, Sample } from '../report-input.js';
import { splitWords, stageWords } from '../words.js';

/** Beyond this a reader is better served by the record itself. */
const longest = 4_000;

/** One passing and one failing attempt of each checkpoint, step by step. */
export function trajectoriesSection({ samples }: ReportInput): Html {
  if (samples.length === 0) return html`<p class="soft">There are no bench attempts yet.</p>`;
  return html`<p>
      Of each checkpoint one attempt that passed and one that failed, where there are such. What an agent or a task
      wrote is shown as it is; characters that would not be seen are shown by a sign.
    </p>
    ${samples.map(sampleDetails)}`;
}

function sampleDetails({ stage, split, passed, task, attempt, verdict }: Sample): Html {
  const end =
    verdict.outcome.kind === 'scored'
      ? 'ended by itself'
      : `${verdict.outcome.kind.replace('_', ' ')}${'reason' in verdict.outcome ? `: ${verdict.outcome.reason}` : ''}`;
  return html`<details>
    <summary>
      ${stageWords[stage]}, ${splitWords[split]}, ${task.provenance.kind}:
      <span class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'failed'}</span>
    </summary>
    <dl>
      <dt>Task</dt>
      <dd><code>${task.id}</code>, ${task.category}, persona ${task.persona}</dd>
      <dt>Policy</dt>
      <dd><code>${attempt.policyVersion ?? 'unknown'}</code></dd>
      <dt>End</dt>
      <dd>${end}</dd>
      <dt>Reward</dt>
      <dd>${verdict.reward?.toFixed(3) ?? 'none'}</dd>
      <dt>Checks</dt>
      <dd>${checkList(verdict.checks)}</dd>
    </dl>
    <p>Instruction</p>
    <pre>${cut(task.instruction)}</pre>
    <ol class="steps">
      ${attempt.trajectory.steps.map(stepItem)}
    </ol>
  </details> `;
}

function checkList(checks: Record<string, number>): Content {
  const entries = Object.entries(checks);
  if (entries.length === 0) return 'none';
  return entries.map(
    ([name, value], index) =>
      html`${index > 0 ? ', ' : ''}<span class="${value === 1 ? 'good' : 'bad'}">${name} ${value}</span>`,
  );
}

function stepItem({ call, observation }: Step): Html {
  return html`<li>
    ${call ? callBlock(call) : html`<p class="bad">A turn that could not be read as a call.</p>`}
    ${observation === '' ? '' : html`<pre aria-label="What came back">${cut(observation)}</pre>`}
  </li> `;
}

function callBlock(call: ToolCall): Html {
  switch (call.tool) {
    case 'exec':
      return html`<p><code>exec</code></p>
        <pre>${cut(call.command)}</pre>`;
    case 'finish':
      return html`<p><code>finish</code></p>
        <pre>${cut(call.message)}</pre>`;
    case 'write':
      return html`<p><code>write ${cut(call.path)}</code></p>
        <pre>${cut(call.content)}</pre>`;
    case 'edit':
      return html`<p><code>edit ${cut(call.path)}</code></p>
        <pre>${cut(call.old)}</pre>
        <pre>${cut(call.new)}</pre>`;
    case 'read':
    case 'list':
      return html`<p><code>${call.tool} ${cut(call.path)}</code></p>`;
  }
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}\n… ${text.length - longest} more characters`;
}
