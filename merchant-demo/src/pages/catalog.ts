import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { formatPrice } from '../money.ts';
import type { Product } from '../products.ts';
import { form } from './layout.ts';

export function catalogPage(products: readonly Product[]): Html {
  return html`<section class="hero">
      <p class="eyebrow">Autumn, slowly</p>
      <h1>Things for a quiet home</h1>
      <p>Five pieces that we use ourselves. Take them home now and pay later, if you like.</p>
    </section>
    <ul class="grid">
      ${products.map(card)}
    </ul>`;
}

function card(product: Product): Html {
  return html`<li class="card">
    <a href="/products/${product.id}">
      <img src="/pictures/${product.picture}" alt="${product.alt}" width="480" height="480" />
      <span class="card-text">
        <span class="name">${product.name}</span>
        <span class="summary">${product.summary}</span>
      </span>
      <span class="price">${formatPrice(product.price)}</span>
    </a>
  </li>`;
}

export function productPage(product: Product, token: string): Html {
  return html`<article class="product">
    <img class="picture" src="/pictures/${product.picture}" alt="${product.alt}" width="640" height="640" />
    <div class="product-text">
      <p class="eyebrow"><a href="/">All pieces</a></p>
      <h1>${product.name}</h1>
      <p class="price large">${formatPrice(product.price)}</p>
      <p>${product.description}</p>
      ${form({
        action: '/cart',
        token,
        class: 'add',
        body: html`<input type="hidden" name="product" value="${product.id}" />
          <button class="primary">Add to cart</button>`,
      })}
      <p class="later">
        <strong>Pay later with Morrow.</strong> You choose a plan at checkout and see every date and amount
        before you agree.
      </p>
    </div>
  </article>`;
}
