import type { Request, Response } from 'express';
import { openSandbox } from '../../jobs/open-sandbox.ts';
import { GatewayError } from '../../lib/errors.ts';
import { invitationPath } from '../../members/invitation-path.ts';
import { inviteMember } from '../../members/invitations.ts';
import { countOpening } from '../../merchants/sandbox-limit.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { nameBrowser } from '../cookies.ts';
import { field, formToken, isOwnForm } from '../forms.ts';
import { Notice, PostForm, TextField } from '../parts/form.tsx';
import { sendProblemPage } from '../problem-page.tsx';
import type { Page } from '../send-page.tsx';
import { otherAddress } from '../staff/other-address.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf, type Texts } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { Choice } from './developers/field.tsx';
import { sendDashboardPage } from './page.ts';
import { signInPath, startPath } from './paths.ts';
import { formPlace, inEnvironment } from './visit.ts';

/** Where a shop may say that it sells, and what follows from it. */
const markets = {
  CN: { country: 'CN', currency: 'CNY', timeZone: 'Asia/Shanghai' },
  EU: { country: 'DE', currency: 'EUR', timeZone: 'Europe/Berlin' },
  UK: { country: 'GB', currency: 'GBP', timeZone: 'Europe/London' },
  US: { country: 'US', currency: 'USD', timeZone: 'America/New_York' },
} as const;

type MarketName = keyof typeof markets;

type Filled = { business: string; name: string; market: MarketName };

const empty: Filled = { business: '', name: '', market: 'CN' };

/** Shows the page on which somebody opens a sandbox for their shop. */
export function showStart(context: PagesContext, req: Request, res: Response): void {
  const elsewhere = otherAddress(context, req);
  if (elsewhere !== undefined) return res.redirect(303, elsewhere);
  sendStart(context, req, res, { filled: empty });
}

/**
 * Opens the sandbox with its merchant, whose owner the visitor is as soon as they have made a passkey. One network address
 * may open only as many in an hour as by the API, and they count together.
 */
export async function start(context: PagesContext, req: Request, res: Response): Promise<void> {
  const { vault, config } = context;
  const locale = chooseLocale(req, res);
  const t = textsOf[locale].dashboard.start;
  if (!isOwnForm(req, { vault, placeId: formPlace(), origin: staffOrigin(config.origins.api) })) {
    return sendProblemPage(req, res, 'form', { locale, sandbox: false, reload: startPath });
  }
  const filled = readForm(req);
  const again = (notice: NoticeText, status: number) =>
    sendStart(context, req, res, { filled, notice, status });
  if (!isName(filled.business, 200)) return again({ field: 'business', text: t.businessMalformed }, 422);
  if (!isName(filled.name, 100)) return again({ field: 'name', text: t.nameMalformed }, 422);
  const counted = await count(context, req.ip ?? '');
  if (counted === 'limited') return again({ text: t.limited }, 429);
  res.redirect(303, invitationPath(await openFor(context, filled)));
}

async function count(context: PagesContext, address: string): Promise<'limited' | undefined> {
  try {
    await countOpening(context, { address, mostPerHour: context.config.sandboxesPerHour });
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'rate_limited') return 'limited';
    throw error;
  }
  return undefined;
}

/** The token of the invitation by which the owner makes their passkey. */
async function openFor(context: PagesContext, { business, name, market }: Filled): Promise<string> {
  const { sandboxId, merchant } = await openSandbox(context, {
    name: business,
    ...markets[market],
    category: 'retail',
    clockAt: context.clock.now(),
    allowedOrigins: [],
    feeBasisPoints: 300,
    feeFixed: 100n,
    firstPart: 'capture',
  });
  const { token } = await inEnvironment(context, sandboxId, (tx) =>
    inviteMember(tx, { merchantId: merchant.id, whom: { name, role: 'owner' } }),
  );
  return token;
}

function readForm(req: Request): Filled {
  const market = field(req, 'market');
  return {
    business: field(req, 'business').trim(),
    name: field(req, 'name').trim(),
    market: Object.hasOwn(markets, market) ? (market as MarketName) : empty.market,
  };
}

/** Nothing that cannot be seen belongs in a name. */
function isName(value: string, most: number): boolean {
  return value !== '' && value.length <= most && !/\p{Cc}/u.test(value);
}

type Shown = { filled: Filled; notice?: NoticeText; status?: number };

function sendStart(context: PagesContext, req: Request, res: Response, shown: Shown): void {
  const locale = chooseLocale(req, res);
  const browser = nameBrowser(req, res);
  const token = formToken(context.vault, { browser, placeId: formPlace() });
  sendDashboardPage(req, res, startView(textsOf[locale].dashboard, token, shown), { locale });
}

function startView(
  { start: t }: Texts['dashboard'],
  token: string,
  { filled, notice, status = 200 }: Shown,
): Page {
  return {
    title: t.title,
    status,
    hasProblem: notice !== undefined,
    body: (
      <div class="step">
        <h1>{t.title}</h1>
        <Notice notice={notice} />
        <p class="intro">{t.intro}</p>
        <section class="card">
          <PostForm action={startPath} token={token} class="step">
            <TextField
              name="business"
              label={t.business}
              hint={t.businessHint}
              notice={notice}
              autocomplete="organization"
              maxlength={200}
              value={filled.business}
            />
            <TextField
              name="name"
              label={t.name}
              hint={t.nameHint}
              notice={notice}
              autocomplete="name"
              maxlength={100}
              value={filled.name}
            />
            <Choice
              id="market"
              label={t.market}
              hint={t.marketHint}
              options={Object.entries(t.markets satisfies Record<MarketName, string>)}
              value={filled.market}
            />
            <button class="button" type="submit">
              {t.button}
            </button>
          </PostForm>
        </section>
        <p class="centered">
          {t.known} <a href={signInPath}>{t.signIn}</a>
        </p>
      </div>
    ),
  };
}
