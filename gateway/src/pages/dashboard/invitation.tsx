import type { Request, Response } from 'express';
import { acceptInvitation } from '../../members/accept-invitation.ts';
import { invitationPath } from '../../members/invitation-path.ts';
import { findInvitation } from '../../members/invitations.ts';
import type { Member } from '../../members/members.ts';
import { findMerchant } from '../../merchants/merchants.ts';
import { passkeyOptions } from '../../passkeys/ceremonies.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { cookieNames, nameBrowser, readCookie, setCookie } from '../cookies.ts';
import { field, formToken, isOwnForm } from '../forms.ts';
import { allowScript } from '../headers.ts';
import { Notice } from '../parts/form.tsx';
import { sendProblemPage } from '../problem-page.tsx';
import { queryOf, withQuery } from '../query.ts';
import type { Page } from '../send-page.tsx';
import { otherAddress } from '../staff/other-address.ts';
import { PasskeyForm } from '../staff/passkey-form.tsx';
import { problemView } from '../staff/problem-view.tsx';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf, type Texts } from '../texts/language.ts';
import { sendDashboardPage } from './page.ts';
import { dashboardPath } from './paths.ts';
import { formPlace, inEnvironment, inInstallation, nothing } from './visit.ts';

/** Shows an invitation to whoever has its link; one that is over looks like one that never was. */
export async function showInvitation(context: PagesContext, req: Request, res: Response): Promise<void> {
  const elsewhere = otherAddress(context, req);
  if (elsewhere !== undefined) return res.redirect(303, elsewhere);
  const { vault, config } = context;
  const locale = chooseLocale(req, res);
  const t = textsOf[locale].dashboard;
  const browser = nameBrowser(req, res);
  const link = String(req.params.token);
  const member = await memberOf(context, link);
  const shown =
    member &&
    (await inEnvironment(context, member.environmentId, async (tx) => ({
      environment: tx.environment,
      merchant: await findMerchant(tx, member.merchantId),
      options: await passkeyOptions(tx, 'member', { person: member, browser, apiOrigin: config.origins.api }),
    })).catch(nothing));
  if (!member || !shown) return sendOver(req, res);
  const isRefused = queryOf(req, 'said') === 'refused';
  const page = invitationView({
    t,
    link,
    member,
    shop: shown.merchant.name,
    options: shown.options,
    token: formToken(vault, { browser, placeId: formPlace() }),
    isRefused,
  });
  sendDashboardPage(req, res, page, { locale, environment: shown.environment }, { nonce: allowScript(res) });
}

function invitationView(props: {
  t: Texts['dashboard'];
  link: string;
  member: Member;
  shop: string;
  options: object;
  token: string;
  isRefused: boolean;
}): Page {
  const { t, link, member, shop, options, token, isRefused } = props;
  return {
    title: t.invitation.title,
    hasProblem: isRefused,
    body: (
      <div class="step">
        <h1>{t.invitation.title}</h1>
        <Notice notice={isRefused ? { text: t.invitation.refused } : undefined} />
        <section class="card">
          <p>{t.invitation.intro(member.name, shop)}</p>
          <p>
            {t.invitation.role} {t.roles[member.role]}
          </p>
          <PasskeyForm
            t={t.signIn}
            action={invitationPath(link)}
            token={token}
            ceremony="create"
            options={options}
            button={t.invitation.button}
          />
        </section>
      </div>
    ),
  };
}

function memberOf(context: PagesContext, link: string): Promise<Member | undefined> {
  return inInstallation(context, async (tx) => (await findInvitation(tx, link))?.member);
}

/** Keeps the passkey that was made, signs the member in, and leads to the dashboard. */
export async function useLink(context: PagesContext, req: Request, res: Response): Promise<void> {
  const { vault, config } = context;
  const token = String(req.params.token);
  const apiOrigin = config.origins.api;
  if (!isOwnForm(req, { vault, placeId: formPlace(), origin: staffOrigin(apiOrigin) })) {
    const locale = chooseLocale(req, res);
    return sendProblemPage(req, res, 'form', { locale, sandbox: false, reload: invitationPath(token) });
  }
  const browser = nameBrowser(req, res);
  const made = {
    token,
    browser,
    address: req.ip ?? '',
    apiOrigin,
    credential: field(req, 'credential'),
    before: readCookie(req, cookieNames.member),
  };
  const member = await memberOf(context, token);
  const outcome =
    member &&
    (await inEnvironment(context, member.environmentId, (tx) => acceptInvitation(tx, made)).catch(nothing));
  if (outcome === undefined || outcome === 'over') return sendOver(req, res);
  if (outcome === 'refused') return res.redirect(303, withQuery(invitationPath(token), { said: 'refused' }));
  setCookie(res, cookieNames.member, outcome.token);
  res.redirect(303, withQuery(dashboardPath(), { said: 'passkey_made' }));
}

function sendOver(req: Request, res: Response): void {
  const locale = chooseLocale(req, res);
  const { overTitle: title, over: text } = textsOf[locale].dashboard.invitation;
  sendDashboardPage(req, res, problemView({ title, text }, { status: 410 }), { locale });
}
