import type { Morrow } from '@morrow/sdk-js/server';
import type { Product } from './products.ts';
import type { Store } from './store.ts';

/** What every part of the shop works with. */
export type Shop = {
  morrow: Morrow;
  store: Store;
  products: readonly Product[];
  /** Where shoppers' browsers see the shop, such as http://localhost:4100. */
  origin: string;
  gatewayOrigin: string;
  /** Names the merchant to Morrow's script in browsers; without it there are no messages and no window. */
  publishableKey: string | undefined;
  merchantId: string;
  log(message: string, error: unknown): void;
};
