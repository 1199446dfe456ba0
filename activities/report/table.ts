import { html, type Content, type Html } from './html.js';

export interface Column {
  head: string;
  /** Set right, so that digits stand under digits. */
  number?: boolean;
}

/** A table with a caption; the first cell of each row names it. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Content[])[]): Html {
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map((column) => html`<th scope="col" class="${column.number ? 'number' : 'text'}">${column.head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, index) => tableCell(cell, index, columns[index]))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function tableCell(cell: Content, index: number, column: Column | undefined): Html {
  if (index === 0) return html`<th scope="row">${cell}</th>`;
  return html`<td class="${column?.number ? 'number' : 'text'}">${cell}</td>`;
}
