import { html } from '../html.ts';
import type { Html, HtmlPart } from '../html.ts';

/** A whole page. `cartCount` is shown beside the cart's link. */
export function page(input: { title: string; cartCount: number; body: HtmlPart }): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${input.title} · Lantern &amp; Loom</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/shop.css" />
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
          <a class="brand" href="/"
            ><img src="/icon.svg" alt="" width="28" height="28" />Lantern &amp; Loom</a
          >
          <nav aria-label="Shop">
            <a href="/orders">Orders</a>
            <a href="/cart"
              >Cart${
                input.cartCount > 0 &&
                html` <span class="count" aria-label="${input.cartCount} in the cart"
                  >${input.cartCount}</span
                >`
              }</a
            >
          </nav>
        </header>
        <main id="main">${input.body}</main>
        <footer class="bottom">
          <p>Lantern &amp; Loom is a demonstration shop. Nothing is for sale and nothing is shipped.</p>
        </footer>
      </body>
    </html>`;
}

/** A form that only this shop's pages can send. */
export function form(input: { action: string; token: string; class?: string; body: HtmlPart }): Html {
  return html`<form method="post" action="${input.action}" class="${input.class ?? ''}">
    <input type="hidden" name="form_token" value="${input.token}" />${input.body}
  </form>`;
}

export function notice(kind: 'calm' | 'warning', title: string, text: string): Html {
  return html`<div class="notice ${kind}" role="${kind === 'warning' ? 'alert' : 'status'}">
    <strong>${title}</strong>
    <p>${text}</p>
  </div>`;
}
