import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { currency } from '../products.ts';
import type { Product } from '../products.ts';
import type { View } from '../view.ts';
import { form } from './layout.ts';

export function catalogPage(view: View, products: readonly Product[]): Html {
  const { catalog } = view.t;
  return html`<section class="hero">
      <p class="eyebrow">${catalog.eyebrow}</p>
      <h1>${catalog.title}</h1>
      <p>${catalog.lead}</p>
    </section>
    <ul class="grid">
      ${products.map((product) => card(view, product))}
    </ul>`;
}

function card({ locale, price }: View, product: Product): Html {
  const { name, summary, alt } = product.text[locale];
  return html`<li class="card">
    <a href="/products/${product.id}">
      <img src="/pictures/${product.picture}" alt="${alt}" width="480" height="480" />
      <span class="card-text">
        <span class="name">${name}</span>
        <span class="summary">${summary}</span>
      </span>
      <span class="price">${price(product.price)}</span>
    </a>
  </li>`;
}

export function productPage(view: View, product: Product, hasMessages: boolean): Html {
  const { catalog } = view.t;
  const { name, description, alt } = product.text[view.locale];
  return html`<p class="eyebrow"><a href="/">${catalog.all}</a></p>
    <article class="product">
      <img class="picture" src="/pictures/${product.picture}" alt="${alt}" width="640" height="640" />
      <div class="product-text">
        <h1>${name}</h1>
        <p class="price large">${view.price(product.price)}</p>
        ${hasMessages && message(view, product.price)}
        <p class="description">${description}</p>
        ${form({
          action: '/cart',
          token: view.formToken,
          class: 'add',
          body: html`<input type="hidden" name="product" value="${product.id}" />
            <button class="primary">${catalog.add}</button>`,
        })}
        <p class="small">${catalog.shipping}</p>
        <p class="later"><strong>${catalog.laterTitle}</strong> ${catalog.later}</p>
      </div>
    </article>`;
}

/** What paying later would mean for a price. Morrow writes it: how a price is parted is never computed here. */
export function message({ locale }: View, amount: number): Html {
  return html`<morrow-message amount="${amount}" currency="${currency}" lang="${locale}"></morrow-message>`;
}
