import type { Tx } from '../../lib/tx.ts';
import { addMemberPasskey } from '../../members/add-passkey.ts';
import { passkeyOptions } from '../../passkeys/ceremonies.ts';
import { endSession, endSessions, listSessions } from '../../passkeys/sessions.ts';
import { listPasskeys, removePasskey } from '../../passkeys/stored.ts';
import { clearCookie, cookieNames } from '../cookies.ts';
import { field } from '../forms.ts';
import { formatInstant } from '../format.ts';
import { PostForm } from '../parts/form.tsx';
import type { Page } from '../send-page.tsx';
import { PasskeyList } from '../staff/passkey-list.tsx';
import type { DashboardAction, Done } from './act.ts';
import { DashboardFrame, hasProblem } from './frame.tsx';
import { audit, type DashboardInput } from './input.ts';
import { dashboardPath, signInPath } from './paths.ts';
import { inDashboard } from './visit.ts';

/** A member's own passkeys and sessions. `apiOrigin` is the gateway's, by which passkeys are made. */
export async function showYou(tx: Tx, input: DashboardInput, apiOrigin: string): Promise<Page> {
  const { t, visit, token } = input;
  const { member, browser, locale, environment } = visit;
  const passkeys = await listPasskeys(tx, 'member', member.id);
  const options = await passkeyOptions(tx, 'member', { person: member, browser, apiOrigin });
  const sessions = await listSessions(tx, 'member', member.id);
  const path = dashboardPath('you');
  const when = (at: Date) => formatInstant(locale, at, environment.timeZone);
  return {
    title: t.you.title,
    hasProblem: hasProblem(input),
    body: (
      <DashboardFrame input={input} section="you" title={t.you.title}>
        <PasskeyList t={{ ...t.you, ...t.signIn }} passkeys={passkeys} {...{ path, token, options, when }} />
        <section class="card" aria-labelledby="sessions-heading">
          <h2 id="sessions-heading">{t.you.sessions}</h2>
          <p class="hint">{t.you.sessionsHint}</p>
          <ul class="plans">
            {sessions.map(({ id, createdAt, seenAt }) => (
              <li>
                <span>
                  {t.you.since} {when(createdAt)}
                </span>
                <span class="hint">
                  {t.you.seen} {when(seenAt)} {id === visit.sessionId && `· ${t.you.current}`}
                </span>
              </li>
            ))}
          </ul>
          {sessions.length > 1 && (
            <PostForm action={`${path}/end-sessions`} token={token}>
              <button class="button quiet" type="submit">
                {t.you.endOthers}
              </button>
            </PostForm>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

/** Adds a passkey to those of the signed-in member. */
export async function addOwnPasskey({ context, visit, req }: DashboardAction): Promise<Done> {
  const { member, browser, address } = visit;
  const apiOrigin = context.config.origins.api;
  const made = { member, browser, address, apiOrigin, credential: field(req, 'credential') };
  const outcome = await inDashboard(context, visit, (tx) => addMemberPasskey(tx, made), 'read');
  return { to: dashboardPath('you'), said: outcome === 'added' ? 'passkey_added' : 'passkey_refused' };
}

export async function removeOwnPasskey({ context, visit, req }: DashboardAction): Promise<Done> {
  const passkeyId = field(req, 'passkey');
  const remove = async (tx: Tx) => {
    const removed = await removePasskey(tx, 'member', { ownerId: visit.member.id, passkeyId });
    if (removed === 'removed') await audit(tx, visit, 'passkey_removed', { objectId: passkeyId });
    return removed;
  };
  const outcome = await inDashboard(context, visit, remove, 'read');
  const said = { removed: 'passkey_removed', last: 'passkey_last', unknown: 'not_found' } as const;
  return { to: dashboardPath('you'), said: said[outcome] };
}

/** Signs the member out of every other browser. */
export async function endOtherSessions({ context, visit }: DashboardAction): Promise<Done> {
  const end = async (tx: Tx) => {
    await endSessions(tx, 'member', { ownerId: visit.member.id, but: visit.sessionId });
    await audit(tx, visit, 'sessions_ended');
  };
  await inDashboard(context, visit, end, 'read');
  return { to: dashboardPath('you'), said: 'sessions_ended' };
}

export async function signOut({ context, visit, res }: DashboardAction): Promise<Done> {
  const end = async (tx: Tx) => {
    await endSession(tx, 'member', visit.sessionId);
    await audit(tx, visit, 'signed_out');
  };
  await inDashboard(context, visit, end, 'read');
  clearCookie(res, cookieNames.member);
  return { to: `${signInPath}?said=signedOut` };
}
