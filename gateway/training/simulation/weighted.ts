/** Items that are drawn in proportion to their weights; `sums` are the weights added up. */
export type Weighted<Item> = { items: Item[]; sums: number[] };

export function addWeighted<Item>(to: Weighted<Item>, item: Item, weight: number): void {
  to.items.push(item);
  to.sums.push((to.sums.at(-1) ?? 0) + weight);
}

/** The item at this share, from 0 to below 1, of all the weight. */
export function drawWeighted<Item>({ items, sums }: Weighted<Item>, share: number): Item {
  const wanted = share * (sums.at(-1) ?? 0);
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > wanted) high = middle;
    else low = middle + 1;
  }
  const item = items[low];
  if (item === undefined) throw new Error('nothing to draw from');
  return item;
}
