import type { CartLine } from '../checkout.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { currency } from '../products.ts';
import { texts } from '../texts/index.ts';
import type { View } from '../view.ts';
import { message } from './catalog.ts';
import { form, notice } from './layout.ts';

/** Why the shopper sees the cart again. */
export type CartNotice = keyof typeof texts.en.notices;

export function isCartNotice(text: unknown): text is CartNotice {
  return typeof text === 'string' && Object.hasOwn(texts.en.notices, text);
}

export type CartInput = {
  lines: readonly CartLine[];
  total: number;
  why: CartNotice | undefined;
  hasMessages: boolean;
};

export function cartPage(view: View, input: CartInput): Html {
  return html`<h1>${view.t.cart.title}</h1>
    ${input.why && cartNotice(view, input.why)}
    ${input.lines.length === 0 ? emptyCart(view) : fullCart(view, input)}`;
}

function cartNotice({ t }: View, why: CartNotice): Html {
  const [title = '', text = ''] = t.notices[why];
  return notice(why === 'mismatch' || why === 'refused' ? 'warning' : 'calm', title, text);
}

function emptyCart({ t }: View): Html {
  return html`<p class="empty">${t.cart.empty} <a href="/">${t.cart.look}</a></p>`;
}

function fullCart(view: View, { lines, total, hasMessages }: CartInput): Html {
  const { cart } = view.t;
  return html`<div class="columns">
    <ul class="lines">
      ${lines.map((line) => cartLine(view, line))}
    </ul>
    <aside class="panel" aria-label="${cart.summary}">
      <dl class="sums">
        <div>
          <dt>${cart.shipping}</dt>
          <dd>${cart.free}</dd>
        </div>
        <div class="total">
          <dt>${cart.total}</dt>
          <dd>${view.price(total)}</dd>
        </div>
      </dl>
      ${hasMessages && message(view, total)} ${checkout(view, total, hasMessages)}
      <p class="small">${cart.note}</p>
    </aside>
  </div>`;
}

/**
 * The checkout opens on this page, by a form; or, once Morrow's script is there, in a window if the shopper likes. The
 * stylesheet shows the choice only then, and one of the two buttons.
 */
function checkout({ t, locale, formToken }: View, total: number, hasWindow: boolean): Html {
  const { cart } = t;
  return form({
    action: '/checkout',
    token: formToken,
    class: 'checkout',
    body: html`${
        hasWindow &&
        html`<fieldset class="modes">
          <legend>${cart.mode}</legend>
          <div>
            <label><input type="radio" name="mode" value="page" checked />${cart.here}</label>
            <label><input type="radio" name="mode" value="window" />${cart.window}</label>
          </div>
        </fieldset>`
      }
      <button class="primary wide">${cart.pay}</button>
      ${
        hasWindow &&
        html`<morrow-button amount="${total}" currency="${currency}" lang="${locale}"></morrow-button>`
      }`,
  });
}

function cartLine({ t, locale, price, formToken }: View, { product, quantity, amount }: CartLine): Html {
  const { name } = product.text[locale];
  const change = (to: number, sign: string, label: string) =>
    form({
      action: `/cart/${product.id}`,
      token: formToken,
      body: html`<input type="hidden" name="quantity" value="${to}" /><button
          class="round"
          aria-label="${label}: ${name}"
        >
          ${sign}
        </button>`,
    });
  return html`<li class="line">
    <a href="/products/${product.id}" tabindex="-1" aria-hidden="true"
      ><img src="/pictures/${product.picture}" alt="" width="96" height="96"
    /></a>
    <div class="line-text">
      <a class="name" href="/products/${product.id}">${name}</a>
      <span class="summary">${t.cart.each(price(product.price))}</span>
      <div class="quantity">
        ${change(quantity - 1, '−', quantity === 1 ? t.cart.remove : t.cart.less)}<span>${quantity}</span>
        ${change(quantity + 1, '+', t.cart.more)}
      </div>
    </div>
    <span class="amount">${price(amount)}</span>
  </li>`;
}
