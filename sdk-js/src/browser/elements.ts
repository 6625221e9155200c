import type { Browser, Purchase } from './browser.ts';
import { buttonCss } from './styles.ts';
import { textsIn } from './texts.ts';

/** What `morrow-start` tells. Call `preventDefault` to start in your own way, such as `browser.popup`. */
export type MorrowStartEvent = CustomEvent<{ amount: number; currency: string }>;

/**
 * Registers `<morrow-message amount currency lang>` and `<morrow-button amount currency lang>`, once. An element shows
 * nothing until it has an amount in minor units and a currency, and nothing for which there is no offer.
 *
 * The button fires `morrow-start` inside the click. Unless a listener prevents it, the button then submits its form, so
 * that your server opens the session and redirects: the way that works everywhere.
 *
 * On a server, where there are no elements, it does nothing.
 */
export function defineElements(browser: Browser): void {
  if (typeof customElements === 'undefined' || customElements.get('morrow-message')) return;
  const Element = offerElement(browser);
  customElements.define('morrow-message', messageElement(browser, Element));
  customElements.define('morrow-button', buttonElement(browser, Element));
}

type Asked = Required<Pick<Purchase, 'amount' | 'currency'>> & { locale: string };

/** An element that asks the gateway again whenever its amount, its currency or its language changes. */
function offerElement(browser: Browser) {
  return class Offer extends HTMLElement {
    static readonly observedAttributes = ['amount', 'currency', 'lang'];
    /** The language of an ancestor counts too, and any of them may change. */
    readonly #languages = new MutationObserver(() => this.#follow());
    #asked = '';

    connectedCallback(): void {
      this.#languages.observe(document, { attributeFilter: ['lang'], subtree: true });
      this.#follow();
    }

    disconnectedCallback(): void {
      this.#languages.disconnect();
      this.#asked = '';
    }

    attributeChangedCallback(): void {
      if (this.isConnected) this.#follow();
    }

    /** Makes what is shown, nothing where there is no offer; each element has its own. */
    show(_asked: Asked): Promise<Node[]> {
      return Promise.resolve([]);
    }

    /** What the attributes say, or nothing while they say no amount of money. */
    asked(): Asked | undefined {
      const amount = this.getAttribute('amount') ?? '';
      const currency = this.getAttribute('currency') ?? '';
      if (!/^[1-9]\d{0,14}$/.test(amount) || !/^[A-Z]{3}$/.test(currency)) return undefined;
      return { amount: Number(amount), currency, locale: languageOf(this, browser.locale) };
    }

    #follow(): void {
      const asked = this.asked();
      const question = JSON.stringify(asked ?? null);
      if (question === this.#asked) return;
      this.#asked = question;
      // Attributes are often set one after another: only the last of them asks, and only the last answer is shown.
      queueMicrotask(() => {
        if (question === this.#asked) void this.#update(asked, question);
      });
    }

    async #update(asked: Asked | undefined, question: string): Promise<void> {
      const nodes = asked ? await this.show(asked).catch(() => []) : [];
      const root = this.shadowRoot;
      // A node that stays is left alone, because it may have the focus.
      const stays = nodes.length === 1 && nodes[0] === root?.firstChild;
      if (question === this.#asked && !stays) root?.replaceChildren(...nodes);
    }
  };
}

type OfferElement = ReturnType<typeof offerElement>;

function messageElement(browser: Browser, Offer: OfferElement): CustomElementConstructor {
  return class extends Offer {
    constructor() {
      super();
      this.attachShadow({ mode: 'open' });
    }

    override async show(asked: Asked): Promise<Node[]> {
      const { text } = await browser.message(asked);
      return text ? [create('span', { part: 'text', lang: textsIn(asked.locale).lang }, text)] : [];
    }
  };
}

function buttonElement(browser: Browser, Offer: OfferElement): CustomElementConstructor {
  return class extends Offer {
    static readonly formAssociated = true;
    readonly #internals = this.attachInternals();
    readonly #label = create('slot', {});
    readonly #button = create('button', { part: 'button', type: 'button' });

    constructor() {
      super();
      style(this.attachShadow({ mode: 'open', delegatesFocus: true }), buttonCss);
      this.#button.append(this.#label);
      this.#button.addEventListener('click', () => this.#start());
    }

    /** Also called when the fieldset around the button is disabled. */
    formDisabledCallback(disabled: boolean): void {
      this.#button.disabled = disabled;
    }

    override async show(asked: Asked): Promise<Node[]> {
      // A gateway that cannot be asked says so at the checkout; it must not take the button away.
      const { eligible } = await browser.eligibility(asked).catch(() => ({ eligible: true }));
      const { lang, payLater } = textsIn(asked.locale);
      this.#label.lang = lang;
      this.#label.textContent = payLater;
      return eligible ? [this.#button] : [];
    }

    #start(): void {
      const asked = this.asked();
      if (!asked) return;
      const detail = { amount: asked.amount, currency: asked.currency };
      const options = { bubbles: true, composed: true, cancelable: true, detail };
      if (this.dispatchEvent(new CustomEvent('morrow-start', options))) this.#internals.form?.requestSubmit();
    }
  };
}

/** The element's own language, the one given to `createBrowser`, the nearest ancestor's, the browser's. */
function languageOf(element: Element, given: string | undefined): string {
  const own = element.getAttribute('lang') || given;
  if (own) return own;
  for (let from: Element | null | undefined = element; from;) {
    const near = from.closest('[lang]:not([lang=""])')?.getAttribute('lang');
    if (near) return near;
    const root = from.getRootNode();
    from = root instanceof ShadowRoot ? root.host : undefined;
  }
  return navigator.language;
}

/** A constructed stylesheet, because a shop's policy may forbid styles inside the page. */
function style(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}

/** Texts become text nodes and nothing else, whatever they hold. */
function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Record<string, string>,
  text = '',
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.textContent = text;
  return element;
}
