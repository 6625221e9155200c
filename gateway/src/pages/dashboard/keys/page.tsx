import type { VNode } from 'preact';
import { lastUsesOfKeys, requestsKeptDays } from '../../../http/find-requests.ts';
import type { Tx } from '../../../lib/tx.ts';
import { readKeySource } from '../../../merchants/key-source.ts';
import { type Key, keyScopes, listKeys } from '../../../merchants/keys.ts';
import { findMerchant } from '../../../merchants/merchants.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { Boxes, Choice, Field } from '../developers/field.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { instantsOf, Source } from './source.tsx';
import { algorithmNames } from './texts.ts';

/** Active ones are ten at most; of those that ended, the list has the latest. */
const shownKeys = 100;

/** A merchant's keys, with the forms that change them. `apiOrigin` is the one that proofs are made for. */
export async function showKeys(
  tx: Tx,
  input: DashboardInput,
  { apiOrigin, form }: { apiOrigin: string; form?: RefusedForm | undefined },
): Promise<Page> {
  const { t } = input;
  const { merchantId } = input.visit.member;
  const merchant = await findMerchant(tx, merchantId);
  const keys = (await listKeys(tx, { merchantId, limit: 10_000 })).slice(-shownKeys).toReversed();
  const uses = await lastUsesOfKeys(tx, { merchantId, kids: keys.map(({ kid }) => kid) });
  const source = await readKeySource(tx, merchantId);
  const active = keys.filter(({ status }) => status === 'active');
  const ended = keys.filter(({ status }) => status !== 'active');
  return {
    title: t.keys.title,
    wide: true,
    hasProblem: form !== undefined || hasProblem(input),
    status: form?.error.status ?? 200,
    body: (
      <DashboardFrame input={input} section="keys" title={t.keys.title} intro={t.keys.intro}>
        <Refused error={form?.error} />
        <section class="card" aria-labelledby="publishable-heading">
          <h2 id="publishable-heading">{t.keys.publishable}</h2>
          <p>
            <code>{merchant.publishableKey}</code>
          </p>
          <p class="hint">{t.keys.publishableHint}</p>
        </section>
        <section class="card" aria-labelledby="registered-heading">
          <h2 id="registered-heading">{t.keys.registered}</h2>
          {keys.length === 0 && <p>{t.keys.none}</p>}
          {active.map((key) => (
            <OneKey input={input} registered={key} used={uses.get(key.kid)} />
          ))}
          {ended.length > 0 && <EndedKeys input={input} keys={ended} />}
        </section>
        <Register input={input} active={active} apiOrigin={apiOrigin} form={form} />
        <Source input={input} source={source} form={form} />
      </DashboardFrame>
    ),
  };
}

function OneKey(props: { input: DashboardInput; registered: Key; used: Date | undefined }): VNode {
  const { input, registered: key, used } = props;
  const t = input.t.keys;
  const when = instantsOf(input);
  return (
    <>
      <h3>
        <code>{key.kid}</code>
      </h3>
      <Facts
        facts={[
          [t.algorithm, algorithmNames[key.algorithm]],
          [t.scopes, key.scopes.join(', ')],
          [t.status, key.expiresAt ? t.until(when(key.expiresAt)) : t.statuses.active],
          [t.created, when(key.createdAt)],
          [t.used, used ? when(used) : t.notUsed(String(requestsKeptDays))],
          [t.keyId, <code>{`${key.merchantId}/${key.kid}`}</code>],
        ]}
      />
      <Revoke input={input} kid={key.kid} />
    </>
  );
}

/** Their names are never used again. */
function EndedKeys({ input, keys }: { input: DashboardInput; keys: readonly Key[] }): VNode {
  const t = input.t.keys;
  const when = instantsOf(input);
  return (
    <details>
      <summary>{t.ended(String(keys.length))}</summary>
      <DataTable
        caption={t.ended(String(keys.length))}
        columns={[{ label: t.name }, { label: t.status }, { label: t.created }]}
        rows={keys.map(({ kid, status, createdAt, expiresAt, revokedAt }) => {
          const end = revokedAt ?? expiresAt;
          return [<code>{kid}</code>, `${t.statuses[status]}${end ? `, ${when(end)}` : ''}`, when(createdAt)];
        })}
      />
    </details>
  );
}

function Revoke({ input, kid }: { input: DashboardInput; kid: string }): VNode {
  const t = input.t.keys;
  return (
    <details>
      <summary>{t.revokeTitle(kid)}</summary>
      <p class="hint">{t.revokeHint}</p>
      <PostForm action={dashboardPath('keys')} token={input.token}>
        <input type="hidden" name="step" value="revoke" />
        <input type="hidden" name="revoked" value={kid} />
        <button class="button quiet" type="submit" aria-label={t.revokeTitle(kid)}>
          {t.revoke}
        </button>
      </PostForm>
    </details>
  );
}

function Register(props: {
  input: DashboardInput;
  active: readonly Key[];
  apiOrigin: string;
  form: RefusedForm | undefined;
}): VNode {
  const { input, active, apiOrigin, form } = props;
  const t = input.t.keys;
  const value = (name: string): string => form?.values(name)[0] ?? '';
  const claims = JSON.stringify({ iss: input.visit.member.merchantId, aud: apiOrigin, iat: '…', jti: '…' });
  return (
    <section class="card" aria-labelledby="register-heading">
      <h2 id="register-heading">{t.add}</h2>
      <p class="hint">{t.addHint}</p>
      <PostForm action={dashboardPath('keys')} token={input.token} class="step">
        <input type="hidden" name="step" value="register" />
        <Field
          id="public_key"
          label={t.publicKey}
          hint={t.publicKeyHint}
          value={value('public_key')}
          lines={6}
          maxlength={4096}
        />
        <Field id="kid" label={t.kid} hint={t.kidHint} value={value('kid')} maxlength={64} optional />
        <Choice
          id="rsa"
          label={t.rsa}
          value={value('rsa') || 'PS512'}
          options={[
            ['PS512', 'PS512 (RSA-PSS)'],
            ['RS256', 'RS256 (PKCS#1)'],
          ]}
        />
        <Rotation input={input} active={active} value={value} />
        <Boxes
          name="scopes"
          legend={t.scopes}
          hint={t.scopesHint}
          chosen={form?.values('scopes') ?? []}
          options={keyScopes.map((scope) => [scope, t.scopeNames[scope]])}
        />
        <Field
          id="proof"
          label={t.proof}
          hint={t.proofHint}
          value={value('proof')}
          lines={4}
          maxlength={4096}
        />
        <p>
          <code>{claims}</code> <a href="/docs/signing">{t.proofHow}</a>
        </p>
        <button class="button" type="submit">
          {t.send}
        </button>
      </PostForm>
    </section>
  );
}

/** Which key the new one takes over from, and for how long both sign. */
function Rotation(props: {
  input: DashboardInput;
  active: readonly Key[];
  value: (name: string) => string;
}): VNode {
  const { active, value } = props;
  const t = props.input.t.keys;
  return (
    <>
      <Choice
        id="replaces"
        label={t.replaces}
        value={value('replaces')}
        options={[['', t.replacesNone], ...active.map(({ kid }) => [kid, kid] as const)]}
      />
      <Field
        id="overlap"
        kind="number"
        min={0}
        max={168}
        label={t.overlap}
        hint={t.overlapHint}
        value={value('overlap') || '24'}
      />
    </>
  );
}
