import { html } from '../../html.ts';
import type { Html, HtmlPart } from '../../html.ts';
import type { View } from '../../view.ts';
import { brand, languages, shell } from '../layout.ts';

export type OfficePart = 'orders' | 'deliveries' | 'settlements';

const paths: Record<OfficePart, string> = {
  orders: '/office',
  deliveries: '/office/deliveries',
  settlements: '/office/settlements',
};

/** A page of the back office, which nobody should mistake for the shop. */
export function officePage(view: View, input: { title: string; current: OfficePart; body: HtmlPart }): Html {
  const { office } = view.t;
  const header = html`<header>
    <div class="side">
      <p><strong>${office.side}</strong> ${office.sideText}</p>
    </div>
    <div class="top">
      ${brand()}
      <nav aria-label="${office.title}">
        ${(['orders', 'deliveries', 'settlements'] as const).map(
          (part) =>
            html`<a href="${paths[part]}" ${part === input.current && html`aria-current="page"`}
              >${office[part]}</a
            >`,
        )}
      </nav>
    </div>
  </header>`;
  return shell(view, {
    title: `${input.title} · ${office.title}`,
    styles: ['order', 'office'],
    class: 'office',
    header,
    body: input.body,
    footer: html`<p class="foot-links"><a href="/">${office.toShop}</a>${languages(view)}</p>`,
  });
}

/** A table that becomes a list of cards on a phone, where the columns' names stand before the cells. */
export function table(columns: readonly string[], rows: readonly (readonly HtmlPart[])[]): Html {
  return html`<table class="data">
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col">${column}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, index) => html`<td data-label="${columns[index]}">${cell}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
