import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Capture,
  CurrencyCode,
  Event,
  Order,
  Plan,
  Refund,
  SessionLine,
  WebhookEvent,
} from '@morrow/sdk-js/server';

/** Quantities by product id. */
export type Cart = Record<string, number>;

/** A webhook, as the back office shows it. */
export type TimelineEvent = Pick<WebhookEvent, 'id' | 'timestamp' | 'sequence'> & { type: Event['type'] };

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
  /** In the order of their numbers, in which they happened. */
  timeline: TimelineEvent[];
};

type State = {
  cookieSecret: string;
  carts: Record<string, Cart>;
  purchases: Purchase[];
  /** Ids of webhooks that are done. */
  handledEvents: string[];
};

/** A file that was written before there were timelines has none. */
type StoredState = Omit<State, 'purchases'> & {
  purchases: (Omit<Purchase, 'timeline'> & Partial<Pick<Purchase, 'timeline'>>)[];
};

const rememberedEvents = 1_000;

/** The shop's memory, kept in one JSON file. A real shop has its database here. */
export class Store {
  readonly #file: string;
  readonly #state: State;
  readonly #changes = new EventEmitter().setMaxListeners(0);

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
  purchases(): Purchase[] {
    return this.#state.purchases.toReversed();
  }

  /** The newest first. */
  purchasesOf(visitId: string): Purchase[] {
    return this.purchases().filter((purchase) => purchase.visitId === visitId);
  }

  /** Tells when something new is known of an order; returns how to stop it. */
  watch({ reference }: Purchase, listener: () => void): () => void {
    this.#changes.on(reference, listener);
    return () => this.#changes.off(reference, listener);
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
    this.#changes.emit(purchase.reference);
  }

  /** Webhooks may overtake each other; their numbers tell what happened first. */
  keepEvent(purchase: Purchase, { id, type, timestamp, sequence }: TimelineEvent): void {
    if (purchase.timeline.some((known) => known.id === id)) return;
    purchase.timeline.push({ id, type, timestamp, sequence });
    purchase.timeline.sort((one, other) => one.sequence - other.sequence);
    this.save();
  }

  findEvent(eventId: string): TimelineEvent | undefined {
    return this.#state.purchases.flatMap(({ timeline }) => timeline).find(({ id }) => id === eventId);
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
    const state = JSON.parse(readFileSync(file, 'utf8')) as StoredState;
    return {
      ...state,
      purchases: state.purchases.map((each) => ({ ...each, timeline: each.timeline ?? [] })),
    };
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
