import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advanceTo, buy } from './support/account-walk.ts';
import { newReader } from './support/page-reader.ts';
import { openPagesWorld, type PagesWorld } from './support/pages-world.ts';

let world: PagesWorld;

beforeAll(async () => {
  world = await openPagesWorld();
});
afterAll(() => world.close());

async function lateReader(number: number) {
  const shop = await world.openShop();
  const reader = newReader(world.server);
  const bought = await buy(world, reader, shop, { number, method: 'test:declined' });
  await advanceTo(world, shop, '2026-03-06');
  await reader.get(bought.page);
  return { shop, reader, ...bought };
}

describe('the page of a plan that is late', { timeout: 120_000 }, () => {
  it('offers to promise a date, and keeps the promise in view', async () => {
    const { reader } = await lateReader(8);
    expect(reader.text).toContain('You are late: what you can do');
    await reader.submit('/promise', { date: '2026-04-30' });
    expect(reader.text).toContain('choose one of the dates');
    await reader.submit('/promise', { date: 'tomorrow' });
    expect(reader.text).toContain('choose one of the dates');
    await reader.submit('/promise', { date: '2026-03-15' });
    expect(reader.text).toContain('Your date is noted');
    expect(reader.text).toContain('You promised to pay by March 15, 2026');
    await reader.get(`${reader.page.path}?lang=zh-CN`);
    expect(reader.text).toContain('您约定在 2026年3月15日 前付款');
  });

  it('moves the first missed payment once', async () => {
    const { reader } = await lateReader(9);
    await reader.submit('/move', { date: '2026-04-01' });
    expect(reader.text).toContain('The payment is moved, free of charge');
    expect(reader.page.html).not.toContain('/move"');
  });

  it('arranges easier terms at once, and shows them', async () => {
    const { reader } = await lateReader(3);
    await reader.submit('/hardship', { reason: 'income', pause: '', periods: '' });
    expect(reader.text).toContain('Please choose a pause');
    await reader.submit('/hardship', { reason: 'income', pause: '', periods: '8' });
    expect(reader.text).toContain('Easier terms are arranged');
    expect(reader.text).toContain('spread over 8 payments');
  });

  it('is nobody else’s', async () => {
    const { shop, page } = await lateReader(4);
    const stranger = newReader(world.server);
    const { account } = await buy(world, stranger, shop, { number: 6 });
    await stranger.get(account);
    await stranger.get(page);
    expect(stranger.page.status).toBe(404);
    expect(stranger.text).not.toContain('what you can do');
  });

  it('keeps the time zone in which nobody is to be woken', async () => {
    const { reader, account, shop } = await lateReader(7);
    await reader.get(`${account}/you`);
    await reader.submit('/time-zone', { time_zone: 'Europe/Berlin' });
    expect(reader.text).toContain('Your time zone is kept');
    const zones = await world.context
      .db('shoppers')
      .where({ environment_id: shop.environmentId })
      .whereNotNull('time_zone')
      .pluck('time_zone');
    expect(zones).toEqual(['Europe/Berlin']);
    await reader.submit('/time-zone', { time_zone: '' });
    expect(
      await world.context
        .db('shoppers')
        .where({ environment_id: shop.environmentId })
        .whereNotNull('time_zone'),
    ).toEqual([]);
  });
});
