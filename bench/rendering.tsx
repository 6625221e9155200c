import type { VNode } from 'preact';
import { render } from 'preact-render-to-string';
import { claimSession } from '../gateway/src/checkout/claim.ts';
import { openSession } from '../gateway/src/checkout/sessions.ts';
import { createFunder } from '../gateway/src/credit/funders.ts';
import { seeVisit } from '../gateway/src/fraud/signals.ts';
import { newId } from '../gateway/src/lib/ids.ts';
import type { Tx } from '../gateway/src/lib/tx.ts';
import { createMerchant } from '../gateway/src/merchants/merchants.ts';
import { decideForPage, type ShownDecision } from '../gateway/src/pages/checkout/decision.ts';
import type { Step } from '../gateway/src/pages/checkout/step.ts';
import type { ViewInput } from '../gateway/src/pages/checkout/view.tsx';
import { agreementView } from '../gateway/src/pages/checkout/views/agreement.tsx';
import { offersView } from '../gateway/src/pages/checkout/views/offers.tsx';
import { phoneView } from '../gateway/src/pages/checkout/views/sign-in.tsx';
import { Layout } from '../gateway/src/pages/parts/layout.tsx';
import type { Page } from '../gateway/src/pages/send-page.tsx';
import { textsOf } from '../gateway/src/pages/texts/language.ts';
import { findOrCreateShopper, type Locale } from '../gateway/src/shoppers/profile.ts';
import { openLedgers } from './ledger/world.ts';
import type { Benchmark, Measured, Ratio } from './report.ts';
import { type Round, runRounds, type Settings, type Variant } from './rounds.ts';
import { timeBatches } from './time-batches.ts';

const amount = 120_000;
const currency = 'CNY';
const warmUpSeconds = 0.5;
const pageBatch = 2;
const floorBatch = 64;

/** What one checkout's pages are made from, as the database tells it. */
type Told = { visit: Omit<ViewInput['visit'], 'locale'>; shown: ShownDecision };

async function tell(tx: Tx): Promise<Told> {
  const merchant = await createMerchant(tx, {
    name: 'Tea House',
    category: 'retail',
    country: 'CN',
    timeZone: 'Asia/Shanghai',
    currency,
    allowedOrigins: [],
    feeBasisPoints: 300,
    feeFixed: 0n,
    firstPart: 'capture',
    payoutAccount: 'acct_bench',
  });
  await createFunder(tx, {
    name: 'Lantern Bank',
    priority: 1,
    currency,
    capacity: 10n ** 12n,
    feeShareBasisPoints: 4000,
    servicingBasisPoints: 100,
  });
  const phone = '+8613900000001';
  const { shopperId } = await findOrCreateShopper(tx, { phone, locale: 'en' });
  const { session: opened, secret } = await openSession(tx, {
    merchantId: merchant.id,
    merchantReference: newId('req'),
    amount: BigInt(amount),
    currency,
    lines: [{ name: 'Tea set', quantity: 1, unit_amount: amount, amount }],
    returnUrl: 'https://shop.example/return',
  });
  const session = await claimSession(tx, { sessionId: opened.id, shopperId });
  const seen = seeVisit(tx, { browser: 'bench', address: undefined, sessionId: undefined });
  const shown = await decideForPage(tx, {
    session,
    merchant,
    shopperId,
    repaymentDay: undefined,
    visit: seen,
  });
  const path = `/c/${secret}`;
  const sessionId = newId('sse');
  return {
    shown,
    visit: {
      environment: tx.environment,
      place: { area: 'checkout', id: session.id, path },
      shopper: { id: shopperId, sessionId, phone, isLevelThree: false, mayAddPasskey: false },
      browser: 'bench',
      memory: {},
      path,
      session,
      merchant,
      visitor: 'owner',
      returnTo: new URL('https://shop.example/return'),
      isOver: false,
      aboutMissing: { identity: false, consents: false },
    },
  };
}

/** The pages to render, by name; each call makes and renders one anew. */
function pagesOf({ visit, shown }: Told): Record<string, () => string> {
  const chosen = shown.offers.at(-1);
  if (!chosen) throw new Error('no plan is offered');
  const inputOf = (locale: Locale, step: Step): ViewInput => ({
    visit: { ...visit, locale },
    step,
    t: textsOf[locale],
    token: 'a'.repeat(43),
    notice: undefined,
  });
  const agreement = { chosen, methods: [], unagreed: [], warning: undefined };
  const views: Record<string, () => [Locale, Page]> = {
    'sign-in, en': () => ['en', phoneView(inputOf('en', 'phone'))],
    'offers, en': () => ['en', offersView(inputOf('en', 'offers'), shown)],
    'offers, zh-CN': () => ['zh-CN', offersView(inputOf('zh-CN', 'offers'), shown)],
    'agreement, en': () => ['en', agreementView(inputOf('en', 'agreement'), agreement)],
    'agreement, zh-CN': () => ['zh-CN', agreementView(inputOf('zh-CN', 'agreement'), agreement)],
  };
  return Object.fromEntries(
    Object.entries(views).map(([name, view]) => [name, () => render(framed(...view(), visit.path))]),
  );
}

/** As every page is sent. */
function framed(locale: Locale, { title, body, wide = false }: Page, self: string): VNode {
  return (
    <Layout locale={locale} title={title} self={self} sandbox={false} wide={wide}>
      {body}
    </Layout>
  );
}

const floorOf = (name: string): string => `${name}, floor: its text`;
const octetsOf = (html: string): Buffer => Buffer.from(`<!doctype html>${html}`);

function variantsOf(pages: Record<string, () => string>, seconds: number): Variant[] {
  return Object.entries(pages).flatMap(([name, page]) => {
    const html = page();
    // What any template engine has at hand at the least: the page in pieces, a tag each.
    const pieces = html.split(/(?<=>)/);
    const kilobytes = octetsOf(html).length / 1000;
    const variant = (title: string, batch: number, make: () => string): Variant => ({
      name: title,
      run: async () => ({ ...timeBatches({ seconds, batch }, () => octetsOf(make())), kilobytes }),
    });
    return [variant(name, pageBatch, page), variant(floorOf(name), floorBatch, () => pieces.join(''))];
  });
}

const ratioOf = (name: string, figure: 'cpu' | 'p50'): Ratio => ({
  name: `${name} / its text, by ${figure === 'cpu' ? 'CPU' : figure}`,
  of(round: Round) {
    const [above, below] = [round[name]?.[figure], round[floorOf(name)]?.[figure]];
    return above === undefined || !below ? undefined : above / below;
  },
});

async function run(settings: Settings): Promise<Measured> {
  settings.progress('deciding a checkout whose pages are rendered');
  const ledgers = await openLedgers();
  let told: Told;
  try {
    const { inTx } = await ledgers.open('rendering');
    told = await inTx(tell);
  } finally {
    await ledgers.close();
  }
  const pages = pagesOf(told);
  settings.progress('warming up');
  for (const variant of variantsOf(pages, warmUpSeconds)) await variant.run();
  return {
    columns: [
      { key: 'p50', head: 'p50 µs', digits: 1 },
      { key: 'p99', head: 'p99 µs', digits: 1 },
      { key: 'cpu', head: 'CPU µs', digits: 1 },
      { key: 'kilobytes', head: 'kB', digits: 1 },
    ],
    ratios: Object.keys(pages).flatMap((name) => [ratioOf(name, 'cpu'), ratioOf(name, 'p50')]),
    rounds: await runRounds(variantsOf(pages, settings.seconds), settings),
    notes: [
      'Rendering is all from what a request has read to the octets of its answer: words, amounts, dates, markup.',
      'The floor joins the same page from the pieces between its tags, and makes octets of it.',
    ],
  };
}

/** What it costs to make pages of what is known; the time until they arrive is what `pages` measures. */
export const rendering: Benchmark = { defaults: { rounds: 8, seconds: 0.3 }, run };
