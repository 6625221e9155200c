import { addPasskey } from '../../operators/add-passkey.ts';
import type { Tx } from '../../lib/tx.ts';
import { passkeyOptions } from '../../passkeys/ceremonies.ts';
import { endSession } from '../../passkeys/sessions.ts';
import { listPasskeys, removePasskey } from '../../passkeys/stored.ts';
import { clearCookie, cookieNames } from '../cookies.ts';
import { field } from '../forms.ts';
import { formatInstant } from '../format.ts';
import type { Page } from '../send-page.tsx';
import { PasskeyList } from '../staff/passkey-list.tsx';
import type { ConsoleAction, Done } from './act.ts';
import { ConsoleFrame, hasProblem } from './frame.tsx';
import { audit, type ConsoleInput } from './input.ts';
import { consolePath, signInPath } from './paths.ts';
import { inConsole } from './visit.ts';

/** An operator's own passkeys. `apiOrigin` is the gateway's, by which they are made. */
export async function showYou(tx: Tx, input: ConsoleInput, apiOrigin: string): Promise<Page> {
  const { t, visit, token } = input;
  const { operator, browser, locale, environment } = visit;
  const passkeys = await listPasskeys(tx, 'operator', operator.id);
  const options = await passkeyOptions(tx, 'operator', { person: operator, browser, apiOrigin });
  const path = consolePath(environment.id, 'you');
  const when = (at: Date) => formatInstant(locale, at, environment.timeZone);
  return {
    title: t.you.title,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="you" title={t.you.title}>
        <PasskeyList t={{ ...t.you, ...t.signIn }} passkeys={passkeys} {...{ path, token, options, when }} />
      </ConsoleFrame>
    ),
  };
}

/** Adds a passkey to those of the signed-in operator. */
export async function addOwnPasskey({ context, visit, req }: ConsoleAction): Promise<Done> {
  const { operator, browser, address } = visit;
  const made = {
    operator,
    browser,
    address,
    apiOrigin: context.config.origins.api,
    credential: field(req, 'credential'),
  };
  const outcome = await inConsole(context, visit, (tx) => addPasskey(tx, made), 'read');
  return {
    to: consolePath(visit.environment.id, 'you'),
    said: outcome === 'added' ? 'passkey_added' : 'passkey_refused',
  };
}

export async function removeOwnPasskey({ context, visit, req }: ConsoleAction): Promise<Done> {
  const passkeyId = field(req, 'passkey');
  const outcome = await inConsole(
    context,
    visit,
    async (tx) => {
      const removed = await removePasskey(tx, 'operator', { ownerId: visit.operator.id, passkeyId });
      if (removed === 'removed')
        await audit(tx, visit, 'passkey_removed', { objectId: passkeyId, inEnvironment: false });
      return removed;
    },
    'read',
  );
  const said = { removed: 'passkey_removed', last: 'passkey_last', unknown: 'not_found' } as const;
  return { to: consolePath(visit.environment.id, 'you'), said: said[outcome] };
}

export async function signOut({ context, visit, res }: ConsoleAction): Promise<Done> {
  await inConsole(
    context,
    visit,
    async (tx) => {
      await endSession(tx, 'operator', visit.sessionId);
      await audit(tx, visit, 'signed_out', { inEnvironment: false });
    },
    'read',
  );
  clearCookie(res, cookieNames.operator);
  return { to: `${signInPath}?said=signedOut` };
}
