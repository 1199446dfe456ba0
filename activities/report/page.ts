import { createHash } from 'node:crypto';
import { html, styleElement, type Content, type Html } from './html.js';
import { style } from './style.js';

export interface Section {
  id: string;
  title: string;
  body: Html;
}

/**
 * One file that needs nothing else: no script, no request, images as data. The policy lets the browser hold the page to that, and
 * allows one style by its hash.
 */
export function page(title: string, header: Content, sections: readonly Section[]): string {
  const styleHash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${styleElement(style)}
      </head>
      <body>
        <header>
          ${header}
          <nav aria-label="Sections">
            <ul>
              ${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title: name, body }) =>
              html`<section aria-labelledby="${id}">
                <h2 id="${id}">${name}</h2>
                ${body}
              </section>`,
          )}
        </main>
      </body>
    </html>`.text;
}
