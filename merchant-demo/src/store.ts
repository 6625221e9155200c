import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Capture, CurrencyCode, Order, Plan, Refund, SessionLine } from '@morrow/sdk-js/server';

/** Quantities by product id. */
export type Cart = Record<string, number>;

/** One checkout, and the order that it became. */
export type Purchase = {
  /** The shop's own number of the order. */
  reference: string;
  /** Whose cart it was. */
  visitId: string;
  sessionId: string;
  /** What went to the checkout; the cart may change meanwhile, this does not. */
  cart: Cart;
  lines: SessionLine[];
  linesHash: string;
  amount: number;
  currency: CurrencyCode;
  /** Set when the checkout is over without an order. */
  ended?: 'canceled' | 'expired' | 'mismatch';
  order?: Order;
  plan?: Plan;
  captures: Capture[];
  refunds: Refund[];
};

type State = {
  cookieSecret: string;
  carts: Record<string, Cart>;
  purchases: Purchase[];
  /** Ids of webhooks that are done. */
  handledEvents: string[];
};

const rememberedEvents = 1_000;

/** The shop's memory, kept in one JSON file. A real shop has its database here. */
export class Store {
  readonly #file: string;
  readonly #state: State;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'shop.json');
    this.#state = readState(this.#file);
    this.save();
  }

  get cookieSecret(): string {
    return this.#state.cookieSecret;
  }

  cartOf(visitId: string): Cart {
    return this.#state.carts[visitId] ?? {};
  }

  setQuantity(visitId: string, productId: string, quantity: number): void {
    const cart = { ...this.cartOf(visitId), [productId]: quantity };
    if (quantity <= 0) delete cart[productId];
    this.#state.carts[visitId] = cart;
    this.save();
  }

  addPurchase(purchase: Purchase): void {
    this.#state.purchases.push(purchase);
    this.save();
  }

  findPurchase(matches: (purchase: Purchase) => boolean): Purchase | undefined {
    return this.#state.purchases.find(matches);
  }

  /** The newest first. */
  purchasesOf(visitId: string): Purchase[] {
    return this.#state.purchases.filter((purchase) => purchase.visitId === visitId).toReversed();
  }

  /** Keeps the order; the first time, also takes what was bought out of the cart. */
  keepOrder(purchase: Purchase, order: Order): void {
    if (!purchase.order) {
      for (const [productId, bought] of Object.entries(purchase.cart)) {
        const quantity = this.cartOf(purchase.visitId)[productId] ?? 0;
        this.setQuantity(purchase.visitId, productId, quantity - bought);
      }
    }
    // Answers may overtake each other; the version tells which one is newer.
    if (!purchase.order || order.version >= purchase.order.version) purchase.order = order;
    this.save();
  }

  isHandled(eventId: string): boolean {
    return this.#state.handledEvents.includes(eventId);
  }

  markHandled(eventId: string): void {
    this.#state.handledEvents = [...this.#state.handledEvents, eventId].slice(-rememberedEvents);
    this.save();
  }

  /** Whole or not at all: a rename replaces the file at once. */
  save(): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#state), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readState(file: string): State {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return {
      cookieSecret: randomBytes(32).toString('base64url'),
      carts: {},
      purchases: [],
      handledEvents: [],
    };
  }
}
