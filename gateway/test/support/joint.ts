import { FunderTerms } from '../../src/credit/funder-terms.ts';
import { createFunder, listFunderIds } from '../../src/credit/funders.ts';
import { setFunderTerms } from '../../src/credit/set-funder-terms.ts';
import { trialBalance } from '../../src/ledger/balances.ts';
import { dateIn } from '../../src/lib/dates.ts';
import type { Tx } from '../../src/lib/tx.ts';
import { openShop, type Shop, type ShopInput } from './shop.ts';
import type { World } from './world.ts';

/**
 * A shop whose plans are carried by so many funders, each by its share in basis points; one funder has all. They all ask for
 * the same, so that together they get what one would.
 */
export async function openJointShop(
  world: World,
  shares: readonly number[],
  input: ShopInput = {},
): Promise<{ shop: Shop; funders: string[] }> {
  const shop = await openShop(world, input);
  const funders = await shop.inTx(async (tx) => {
    await createFunder(tx, {
      name: 'Third Street Bank',
      feeShareBasisPoints: 4000,
      servicingBasisPoints: 100,
      priority: 3,
      currency: shop.currency,
      capacity: 20_000_000_00n,
    });
    const ids = await listFunderIds(tx);
    await joinFunders(tx, ids, shares);
    return ids;
  });
  await world.db('funders').where({ environment_id: shop.environmentId }).update({
    fee_share_basis_points: 4000,
    servicing_basis_points: 100,
    rate_adjustment_ppm: 0,
    first_loss_basis_points: 2500,
  });
  return { shop, funders };
}

/** From now on the first of these funders takes the others into each of its plans. */
export async function joinFunders(
  tx: Tx,
  funders: readonly string[],
  [, ...others]: readonly number[],
): Promise<void> {
  const [lead = ''] = funders;
  const partners = others.map((basis_points, index) => ({ funder: funders[index + 1] ?? '', basis_points }));
  const terms = FunderTerms.parse(partners.length > 0 ? { joint_with: partners } : {});
  const effectiveOn = dateIn(tx.environment.timeZone, tx.now);
  await setFunderTerms(tx, { funderId: lead, terms, effectiveOn, createdBy: 'test' });
}

/** The trial balance by account code, debit less credit, without what comes to nothing: the same whoever carries a plan. */
export async function totalsOf(shop: Shop): Promise<Record<string, bigint>> {
  const rows = await shop.inTx(trialBalance, 'read');
  return Object.fromEntries(
    rows.map(({ code, debit, credit }) => [code, debit - credit] as const).filter(([, net]) => net !== 0n),
  );
}
