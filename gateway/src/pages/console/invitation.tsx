import type { Request, Response } from 'express';
import { acceptInvitation } from '../../operators/accept-invitation.ts';
import { invitationPath } from '../../operators/invitation-path.ts';
import { findInvitation } from '../../operators/invitations.ts';
import { passkeyOptions } from '../../passkeys/ceremonies.ts';
import { staffOrigin } from '../../passkeys/relying-party.ts';
import type { PagesContext } from '../context.ts';
import { nameBrowser } from '../cookies.ts';
import { field, formToken, isOwnForm } from '../forms.ts';
import { allowScript } from '../headers.ts';
import { Notice } from '../parts/form.tsx';
import { sendProblemPage } from '../problem-page.tsx';
import type { Page } from '../send-page.tsx';
import { PasskeyForm } from '../staff/passkey-form.tsx';
import { otherAddress } from '../staff/other-address.ts';
import { chooseLocale } from '../texts/choose-locale.ts';
import { textsOf, type Texts } from '../texts/language.ts';
import { sendConsolePage } from './page.ts';
import { signInPath } from './paths.ts';
import { queryOf, withQuery } from '../query.ts';
import { formPlace, inInstallation } from './visit.ts';

/** Shows an invitation to whoever has its link; one that is over looks like one that never was. */
export async function showInvitation(context: PagesContext, req: Request, res: Response): Promise<void> {
  const elsewhere = otherAddress(context, req);
  if (elsewhere !== undefined) return res.redirect(303, elsewhere);
  const { vault, config } = context;
  const locale = chooseLocale(req, res);
  const t = textsOf[locale].console;
  const browser = nameBrowser(req, res);
  const link = String(req.params.token);
  const found = await inInstallation(context, async (tx) => {
    const invitation = await findInvitation(tx, link);
    if (!invitation) return undefined;
    const { operator } = invitation;
    const asked = { person: operator, browser, apiOrigin: config.origins.api };
    return { operator, options: await passkeyOptions(tx, 'operator', asked) };
  });
  if (!found) return sendOver(req, res);
  const { operator, options } = found;
  const isRefused = queryOf(req, 'said') === 'refused';
  const page: Page = {
    title: t.invitation.title,
    hasProblem: isRefused,
    body: (
      <div class="step">
        <h1>{t.invitation.title}</h1>
        <Notice notice={isRefused ? { text: t.invitation.refused } : undefined} />
        <section class="card">
          <p>{t.invitation.intro(operator.name)}</p>
          <p>
            {t.invitation.roles} {operator.roles.map((role) => t.roles[role]).join(', ')}
          </p>
          <PasskeyForm
            t={t.signIn}
            action={invitationPath(link)}
            token={formToken(vault, { browser, placeId: formPlace() })}
            ceremony="create"
            options={options}
            button={t.invitation.button}
          />
        </section>
      </div>
    ),
  };
  sendConsolePage(req, res, page, { locale }, { nonce: allowScript(res) });
}

/** Keeps the passkey that was made, and leads to the sign-in, where it proves itself. */
export async function useLink(context: PagesContext, req: Request, res: Response): Promise<void> {
  const { vault, config } = context;
  const token = String(req.params.token);
  const apiOrigin = config.origins.api;
  if (!isOwnForm(req, { vault, placeId: formPlace(), origin: staffOrigin(apiOrigin) })) {
    const locale = chooseLocale(req, res);
    return sendProblemPage(req, res, 'form', { locale, sandbox: false, reload: invitationPath(token) });
  }
  const browser = nameBrowser(req, res);
  const made = { token, browser, address: req.ip ?? '', apiOrigin, credential: field(req, 'credential') };
  const outcome = await inInstallation(context, (tx) => acceptInvitation(tx, made));
  if (outcome === 'over') return sendOver(req, res);
  if (outcome === 'refused') return res.redirect(303, withQuery(invitationPath(token), { said: 'refused' }));
  res.redirect(303, withQuery(signInPath, { said: 'made' }));
}

function sendOver(req: Request, res: Response): void {
  const locale = chooseLocale(req, res);
  sendConsolePage(req, res, overView(textsOf[locale].console.invitation), { locale });
}

function overView(t: Texts['console']['invitation']): Page {
  return {
    title: t.overTitle,
    status: 410,
    hasProblem: true,
    body: (
      <div class="step">
        <h1>{t.overTitle}</h1>
        <section class="card">
          <p>{t.over}</p>
        </section>
      </div>
    ),
  };
}
