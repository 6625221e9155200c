import { html } from '../html.ts';
import type { Html, HtmlPart } from '../html.ts';
import type { Shop } from '../shop.ts';
import { locales } from '../texts/index.ts';
import type { View } from '../view.ts';

export type PageInput = {
  view: View;
  shop: Shop;
  title: string;
  body: HtmlPart;
  /** The page's own script, which it also works without. */
  script?: string | undefined;
};

/** A whole page of the shop. */
export function page({ view, shop, title, body, script }: PageInput): Html {
  const { t, cartCount } = view;
  const header = html`<header class="top">
    ${brand()}
    <nav aria-label="${t.shop.nav}">
      <a href="/orders">${t.shop.orders}</a>
      <a href="/cart"
        >${t.shop.cart}${
          cartCount > 0 &&
          html` <span class="count"
            ><span aria-hidden="true">${cartCount}</span
            ><span class="unseen">${t.shop.inCart(cartCount)}</span></span
          >`
        }</a
      >
    </nav>
  </header>`;
  const scripts = html`${morrowScripts(shop, view)}${
    script !== undefined && html`<script src="${script}" defer></script>`
  }`;
  return shell(view, {
    title,
    styles: ['catalog', 'order'],
    scripts,
    header,
    body,
    footer: html`<p>${t.shop.footer}</p>
      <p class="foot-links"><a href="/office">${t.shop.office}</a>${languages(view)}</p>`,
  });
}

const commonStyles = ['base', 'frame', 'parts', 'panels'];

/** What all pages of the house have around them, the shop's and the back office's. */
export function shell(
  view: View,
  parts: {
    title: string;
    styles: readonly string[];
    scripts?: Html;
    class?: string;
    header: Html;
    body: HtmlPart;
    footer: Html;
  },
): Html {
  return html`<!doctype html>
    <html lang="${view.locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${parts.title} · Lantern &amp; Loom</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        ${[...commonStyles, ...parts.styles].map((name) => html`<link rel="stylesheet" href="/css/${name}.css" />`)}
        ${parts.scripts}
      </head>
      <body class="${parts.class ?? ''}">
        <a class="skip" href="#main">${view.t.shop.skip}</a>
        ${parts.header}
        <main id="main">${parts.body}</main>
        <footer class="bottom">${parts.footer}</footer>
      </body>
    </html>`;
}

export function brand(): Html {
  return html`<a class="brand" href="/"
    ><img src="/icon.svg" alt="" width="28" height="28" />Lantern &amp; Loom</a
  >`;
}

const languageNames = { en: 'English', 'zh-CN': '简体中文' };

export function languages({ t, locale, path }: View): Html {
  return html`<span class="languages" role="group" aria-label="${t.shop.language}"
    >${locales.map(
      (each) =>
        html`<a
          href="${path}?lang=${each}"
          lang="${each}"
          hreflang="${each}"
          ${each === locale && html`aria-current="true"`}
          >${languageNames[each]}</a
        >`,
    )}</span
  >`;
}

/**
 * Morrow's script, which fills <morrow-message> and opens windows, and the shop's, which sets it up. The pages are whole
 * without both: a message that never comes leaves no trace, and the checkout opens by a form.
 */
function morrowScripts({ gatewayOrigin, publishableKey }: Shop, { locale }: View): Html | false {
  if (publishableKey === undefined) return false;
  return html`<script src="${gatewayOrigin}/sdk/v1/morrow.js" crossorigin="anonymous" defer></script>
    <script
      src="/pay.js"
      data-gateway="${gatewayOrigin}"
      data-key="${publishableKey}"
      data-locale="${locale}"
      defer
    ></script>`;
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
