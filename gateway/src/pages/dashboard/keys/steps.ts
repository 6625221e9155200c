import { changeKeySource } from '../../../http/change-key-source.ts';
import { checkKeyProof } from '../../../http/key-proof.ts';
import { GatewayError } from '../../../lib/errors.ts';
import { importMerchantKey, type MerchantKey } from '../../../lib/jwk.ts';
import { jwkOfPem } from '../../../lib/pem.ts';
import { addKey, revokeKey } from '../../../merchants/change-keys.ts';
import { type KeyScope, keyScopes } from '../../../merchants/keys.ts';
import type { Request } from 'express';
import { field, fields } from '../../forms.ts';
import type { DashboardAction, Done } from '../act.ts';
import { invalidField, wholeNumberIn } from '../developers/steps.ts';
import { audit } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { inDashboard } from '../visit.ts';

const to = dashboardPath('keys');
const mostOverlapHours = 168;

/** Registers the pasted key, as POST /v1/keys does: the member's fresh passkey stands for the key that signs there. */
export async function registerFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const key = keyIn(req);
  const kid = field(req, 'replaces');
  const overlapHours = wholeNumberIn(field(req, 'overlap'));
  if (overlapHours === undefined || overlapHours > mostOverlapHours)
    throw invalidField('/replaces/overlap_hours', `Send 0 to ${mostOverlapHours} hours.`);
  const scopes = scopesIn(req, 'scopes');
  const { merchantId } = visit.member;
  await inDashboard(context, visit, async (tx) => {
    const audience = context.config.origins.api;
    await checkKeyProof(tx, field(req, 'proof').trim(), { key, merchantId, audience });
    await addKey(tx, {
      merchantId,
      granting: keyScopes,
      key,
      scopes: scopes.length === 0 ? undefined : scopes,
      replaces: kid === '' ? undefined : { kid, overlapHours },
    });
    await audit(tx, visit, 'key_registered', { objectId: key.kid });
  });
  return { to, said: 'key_registered' };
}

export async function revokeFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const { merchantId } = visit.member;
  const named = field(req, 'revoked');
  if (!/^[\w.-]{1,64}$/.test(named)) throw new GatewayError('not_found', { detail: 'There is no such key.' });
  await inDashboard(context, visit, async (tx) => {
    const { kid } = await revokeKey(tx, { merchantId, kid: named });
    await audit(tx, visit, 'key_revoked', { objectId: kid });
  });
  return { to, said: 'key_revoked' };
}

/** As PUT /v1/key-source does. */
export async function setSourceFromPage({ context, visit, req }: DashboardAction): Promise<Done> {
  const scopes = scopesIn(req, 'source_scopes');
  await changeKeySource(context, {
    ...sourceOwner({ visit }),
    jwksUrl: field(req, 'jwks_url').trim(),
    scopes: scopes.length === 0 ? undefined : scopes,
  });
  await inDashboard(context, visit, (tx) => audit(tx, visit, 'key_source_set'));
  return { to, said: 'key_source_set' };
}

export async function endSourceFromPage({ context, visit }: DashboardAction): Promise<Done> {
  await changeKeySource(context, { ...sourceOwner({ visit }), jwksUrl: null, scopes: undefined });
  await inDashboard(context, visit, (tx) => audit(tx, visit, 'key_source_ended'));
  return { to, said: 'key_source_ended' };
}

function sourceOwner({ visit: { environment, member } }: Pick<DashboardAction, 'visit'>) {
  const actor = { kind: 'member', id: member.id } as const;
  return { environmentId: environment.id, merchantId: member.merchantId, actor, granting: keyScopes };
}

function scopesIn(req: Request, name: string): KeyScope[] {
  const asked = fields(req, name);
  return keyScopes.filter((scope) => asked.includes(scope));
}

/** The public key of the form, with the name that was given to it there, if any. */
function keyIn(req: Request): MerchantKey {
  const text = field(req, 'public_key').trim();
  const kid = field(req, 'kid').trim();
  const jwk = text.startsWith('{')
    ? parsed(text)
    : jwkOfPem(text, field(req, 'rsa') === 'RS256' ? 'RS256' : 'PS512');
  return importMerchantKey({ ...jwk, ...(kid !== '' && { kid }) });
}

function parsed(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    throw new GatewayError('key_unacceptable', {
      detail: 'The JWK is not JSON.',
      hint: 'Paste all of it, from { to }.',
    });
  }
}
