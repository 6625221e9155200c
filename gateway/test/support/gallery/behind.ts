import { createEndpoint } from '../../../src/webhooks/endpoints.ts';
import { csvStatement } from '../bank-files.ts';
import { bookPhone } from '../console-book.ts';
import { invite } from '../console.ts';
import { inviteTo, newMember } from '../dashboard.ts';
import { newReader, type Reader } from '../page-reader.ts';
import { agreeTo, reachOffers } from '../pages-walk.ts';
import type { PagesWorld } from '../pages-world.ts';
import { asFromOtherAddresses } from './other-addresses.ts';
import { follow, type GalleryPage, hrefOn, type Listed } from './pages.ts';
import type { Story } from './story.ts';

const number = 5_401;

/** What an owner tells of the business that wants to go live. */
const business = {
  legal_name: 'Lantern & Loom GmbH',
  registration_number: 'HRB 5001',
  country: 'DE',
  address: 'Hafenstraße 1\n20457 Hamburg',
  website: 'https://lantern.example/shop',
  category: 'retail',
  monthly_volume: '50000',
  account_holder: 'LANTERN & LOOM GMBH',
  bank_name: 'Hafenbank',
  contact_name: 'Karla Kontakt',
  contact_mail: 'karla@lantern.example',
  contact_phone: '+49 40 123456',
  representative_name: 'Vera Vertretung',
  representative_birth_date: '1980-05-31',
  owners: 'Olaf Eigner, L01X00T471',
  account_number: 'DE89 3704 0044 0532 0130 00',
};

/** What members and operators come to by a form or from another page, and what those see who are only invited. */
export async function behindTheDesk(world: PagesWorld, story: Story): Promise<GalleryPage[]> {
  await asFromOtherAddresses(world);
  return [...(await ofMembers(world, story)), ...(await ofOperators(world, story))];
}

async function ofMembers(world: PagesWorld, { shop, member, plans }: Story): Promise<GalleryPage[]> {
  const page = (name: string, path: string, reader?: Reader): GalleryPage => ({
    name: `dashboard-${name}`,
    group: 'dashboard',
    path,
    ...(reader && { reader }),
  });
  await member.get('/dashboard/orders?status=authorized');
  const authorized = hrefOn(member, /\/orders\/ord_/);
  await member.get('/dashboard/settlements');
  await member.get(hrefOn(member, /\/settlements\/stl_/));
  const line = hrefOn(member, /\/lines\/\d+$/);
  const unproven = await shop.inTx((tx) =>
    createEndpoint(tx, {
      merchantId: shop.merchant.id,
      url: 'https://shop.example/new',
      eventTypes: ['*'],
      loopbackTargets: [],
    }),
  );
  await member.get('/dashboard/people');
  const person = hrefOn(member, /\/people\/mbr_/);
  // A scenario is played in a sandbox of its own, whose clock it moves.
  const player = (await newMember(world, await world.openShop({ name: 'Book Barn' }), 'owner')).reader;
  await player.get('/dashboard/sandbox');
  const [form = ''] = /<form[^>]*>(?:(?!<\/form>).)*name="scenario".*?<\/form>/s.exec(player.page.html) ?? [];
  const hidden = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  await player.post('/dashboard/sandbox', Object.fromEntries(hidden));
  return [
    page('capture', `${authorized}/capture?amount=10`, member),
    page('refund', `/dashboard/orders/${plans.openOrder}/refund?amount=10`, member),
    page('ask', '/dashboard/cases/new', member),
    page('webhook-unproven', `/dashboard/webhooks/${unproven.endpoint.id}`, member),
    page('settlement-line', line, member),
    page('receipt', await sellAtTheCounter(world, shop, member), member),
    page('person', person, member),
    page('scenario', player.page.path, player),
    page('invitation', (await inviteTo(world, shop, 'finance', 'Fritz')).path),
  ];
}

/** Sells something to a shopper who agrees on their phone; returns the address of the receipt. */
async function sellAtTheCounter(world: PagesWorld, shop: Story['shop'], member: Reader): Promise<string> {
  await member.get('/dashboard/counter');
  await member.submit('/dashboard/counter', { amount: '86.40', reference: 'till-8' });
  const receipt = member.page.path;
  const secret = /src="(\/c\/[\w-]+)\/qr\.svg"/.exec(member.page.html)?.[1] ?? '';
  const phone = newReader(world.server, { 'Accept-Language': 'en' });
  await reachOffers(phone, shop, secret, number);
  await agreeTo(phone, secret, 'pay_in_3');
  await member.get(receipt);
  await member.submit('/finish');
  return receipt;
}

async function ofOperators(world: PagesWorld, { shop, member, operator }: Story): Promise<GalleryPage[]> {
  const at = `/console/${shop.environmentId}`;
  await member.get('/dashboard/go-live');
  await member.submit('/dashboard/go-live', { ...business, step: 'submit' });
  await operator.get(`${at}/shoppers`);
  await operator.submit('/shoppers/find', { find: bookPhone });
  const shopper = operator.page.path;
  await operator.get(`${at}/policy`);
  const figures = [...operator.page.html.matchAll(/<input[^>]* name="(\w+)"[^>]* value="([^"]*)"/g)]
    .map(([, name = '', value = '']) => [name, value])
    .filter(([name]) => name !== 'form_token');
  const proposed = new URLSearchParams({ ...Object.fromEntries(figures), lowestScore: '560' });
  await bringBankFile(operator, `${at}/reconciliation`);
  const lists: Listed[] = [
    ['reconciliation', '/reconciliation', ['import', /\/imports\/imp_/]],
    ['reconciliation', '/reconciliation', ['exception', /\/exceptions\/exc_/]],
    ['money', '/money', ['funder', /\/money\/funders\/fnd_/]],
  ];
  const followed = await follow('console', operator, at, lists);
  const page = (name: string, path: string, reader?: Reader): GalleryPage => ({
    name: `console-${name}`,
    group: 'console',
    path,
    ...(reader && { reader }),
  });
  const live = await follow('console', operator, '/console/live', [
    ['businesses', '/businesses', ['business', /\/businesses\/biz_/]],
  ]);
  return [
    ...[...followed, ...live].filter((_, index) => index % 2 === 1),
    page('shopper', shopper, operator),
    page('policy-preview', `${at}/policy/preview?${proposed.toString()}`, operator),
    page('ask', `${at}/cases/new`, operator),
    page('invitation', (await invite(world, ['support'], 'Sam')).path),
  ];
}

/** A statement of which two lines fit nothing. */
async function bringBankFile(operator: Reader, at: string): Promise<void> {
  await operator.get(at);
  await operator.submit('/accounts', {
    account: 'DE89 3704 0044 0532 0130 00',
    currency: 'CNY',
    name: 'Main',
  });
  const file = csvStatement({
    id: 'november',
    currency: 'CNY',
    lines: [
      { amount: 2_500n, counterparty: 'Somebody' },
      { amount: -700n, text: 'card fee' },
    ],
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.open()) chunks.push(chunk);
  await operator.get(at);
  await operator.upload('/files', {}, { name: 'november.csv', bytes: Buffer.concat(chunks) });
}
