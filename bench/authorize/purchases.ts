/** An order that its merchant may have authorized now. */
export type Purchase = {
  path: string;
  body: Record<string, unknown>;
  /** The ids by which its rows differ from another purchase's, in one order. */
  ids: readonly string[];
  /** The funder's slot that its shopper takes from first. */
  slot: number;
};

/** One way to an order, and how its purchases are made ready. */
export type PurchaseKind = { name: string; prepare: (count: number) => Promise<Purchase[]> };

/** Names the transaction of a request, and the ids and slot of its purchase: the bare server reads nothing else of it. */
export const purchaseHeader = 'bench-purchase';
