import type { CartLine } from '../checkout.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { form, notice } from './layout.ts';

/** Why the shopper sees the cart again. Every text says that nothing is lost. */
const notices = {
  open: notice(
    'calm',
    'No order was placed.',
    'You came back before a plan was agreed. Your cart is as you left it; you can try again or change it.',
  ),
  canceled: notice(
    'calm',
    'The checkout was canceled.',
    'Nothing was ordered, and your cart is as you left it.',
  ),
  expired: notice(
    'calm',
    'The checkout took too long and has ended.',
    'Nothing was ordered, and your cart is as you left it.',
  ),
  mismatch: notice(
    'warning',
    'The checkout did not match your cart.',
    'Nothing was ordered, and what was reserved has been released. Please try again.',
  ),
  refused: notice(
    'warning',
    'The order could not be placed.',
    'Nothing was ordered, and your cart is as you left it. Please try again.',
  ),
};

export type CartNotice = keyof typeof notices;

export function isCartNotice(text: unknown): text is CartNotice {
  return typeof text === 'string' && Object.hasOwn(notices, text);
}

export function cartPage(input: {
  lines: readonly CartLine[];
  total: number;
  token: string;
  why: CartNotice | undefined;
}): Html {
  return html`<h1>Your cart</h1>
    ${input.why && notices[input.why]}
    ${input.lines.length === 0 ? emptyCart() : fullCart(input.lines, input.total, input.token)}`;
}

function emptyCart(): Html {
  return html`<p class="empty">There is nothing in it yet. <a href="/">Look around</a></p>`;
}

function fullCart(lines: readonly CartLine[], total: number, token: string): Html {
  return html`<div class="columns">
    <ul class="lines">
      ${lines.map((line) => cartLine(line, token))}
    </ul>
    <aside class="panel" aria-label="Checkout">
      <dl class="sums">
        <div>
          <dt>Shipping</dt>
          <dd>Free</dd>
        </div>
        <div class="total">
          <dt>Total</dt>
          <dd>${formatPrice(total)}</dd>
        </div>
      </dl>
      ${form({ action: '/checkout', token, body: html`<button class="primary wide">Pay later with Morrow</button>` })}
      <p class="small">
        You choose a plan on Morrow’s page and come back here. Nothing is charged before we ship.
      </p>
    </aside>
  </div>`;
}

function cartLine({ product, quantity, amount }: CartLine, token: string): Html {
  const change = (to: number, sign: string, label: string) =>
    form({
      action: `/cart/${product.id}`,
      token,
      body: html`<input type="hidden" name="quantity" value="${to}" /><button
          class="round"
          aria-label="${label}: ${product.name}"
        >
          ${sign}
        </button>`,
    });
  return html`<li class="line">
    <a href="/products/${product.id}"
      ><img src="/pictures/${product.picture}" alt="" width="96" height="96"
    /></a>
    <div class="line-text">
      <a class="name" href="/products/${product.id}">${product.name}</a>
      <span class="summary">${formatPrice(product.price)} each</span>
      <div class="quantity">
        ${change(quantity - 1, '−', quantity === 1 ? 'Remove' : 'One less')}<span>${quantity}</span>
        ${change(quantity + 1, '+', 'One more')}
      </div>
    </div>
    <span class="amount">${formatPrice(amount)}</span>
  </li>`;
}
