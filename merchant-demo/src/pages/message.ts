import { html } from '../html.ts';
import type { Html } from '../html.ts';

/** A page that says what happened and what to do. */
export function messagePage(title: string, text: string, action: { href: string; label: string }): Html {
  return html`<section class="message">
    <h1>${title}</h1>
    ${text !== '' && html`<p>${text}</p>`}
    <a class="button primary" href="${action.href}">${action.label}</a>
  </section>`;
}
