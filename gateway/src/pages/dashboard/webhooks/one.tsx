import type { ComponentChildren, VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { type Endpoint, findEndpoint } from '../../../webhooks/endpoints.ts';
import type { Redelivery } from '../../../webhooks/redeliver.ts';
import { Facts } from '../../parts/facts.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { Field } from '../developers/field.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';
import { EndpointFields, stateText, typesText } from './list.tsx';
import { failureText, Log, readLog } from './log.tsx';

/** What a step that was just done says on the page itself, because it is said once. */
export type WebhookShown = { secret?: string; again?: Redelivery; form?: RefusedForm };

/** One endpoint with its state explained, what it was sent, and the steps that are possible. */
export async function showWebhook(
  tx: Tx,
  input: DashboardInput,
  { secret, again, form, endpointId }: WebhookShown & { endpointId: string },
): Promise<Page> {
  const { t, visit } = input;
  const endpoint = await findEndpoint(tx, { merchantId: visit.member.merchantId, endpointId });
  return {
    title: t.webhooks.one,
    wide: true,
    hasProblem: form !== undefined || hasProblem(input),
    status: form?.error.status ?? 200,
    body: (
      <DashboardFrame input={input} section="webhooks" title={t.webhooks.one}>
        <Refused error={form?.error} />
        {secret !== undefined && <Secret input={input} secret={secret} />}
        {again && <SentAgain input={input} again={again} />}
        <About input={input} endpoint={endpoint} />
        <Steps input={input} endpoint={endpoint} form={form} />
        <Log input={input} endpoint={endpoint} deliveries={await readLog(tx, input, endpoint.id)} />
      </DashboardFrame>
    ),
  };
}

function Secret({ input, secret }: { input: DashboardInput; secret: string }): VNode {
  const t = input.t.webhooks;
  return (
    <section class="card" role="status" aria-labelledby="secret-heading">
      <h2 id="secret-heading">{t.secret}</h2>
      <p>
        <code>{secret}</code>
      </p>
      <p>{t.secretHint}</p>
    </section>
  );
}

function SentAgain({ input, again }: { input: DashboardInput; again: Redelivery }): VNode {
  const t = input.t.webhooks;
  const next = String(again.nextAfter);
  return (
    <p class="notice good" role="status">
      {t.againDone(String(again.deliveries), next)} {again.hasMore && t.againMore(next)}
    </p>
  );
}

function About({ input, endpoint }: { input: DashboardInput; endpoint: Endpoint }): VNode {
  const { visit } = input;
  const t = input.t.webhooks;
  const when = (at: Date) => formatInstant(visit.locale, at, visit.environment.timeZone);
  const { status, disabledReason, challengeFailure, failingSince, previousSecretUntil } = endpoint;
  return (
    <section class="card">
      <Facts
        facts={[
          [t.url, endpoint.url],
          [t.types, typesText(endpoint, t.allTypes)],
          [t.state, stateText(input, endpoint)],
          [t.created, when(endpoint.createdAt)],
          [t.publicKey, <code>{endpoint.publicKey}</code>],
        ]}
      />
      {status === 'enabled' && (
        <p class="hint">{failingSince ? t.failingHint(when(failingSince)) : t.enabledHint}</p>
      )}
      {status === 'unproven' && (
        <p class="notice">
          {t.unprovenHint}{' '}
          {challengeFailure && (
            <>
              {t.challengeFailed} {failureText(input, challengeFailure)}
            </>
          )}
        </p>
      )}
      {status === 'disabled' && disabledReason !== null && disabledReason !== 'deleted' && (
        <p class="notice">{t.reasons[disabledReason]}</p>
      )}
      {previousSecretUntil && <p class="hint">{t.bothUntil(when(previousSecretUntil))}</p>}
    </section>
  );
}

function Steps(props: { input: DashboardInput; endpoint: Endpoint; form: RefusedForm | undefined }): VNode {
  const { input, endpoint, form } = props;
  const t = input.t.webhooks;
  const isEnabled = endpoint.status === 'enabled';
  return (
    <>
      {isEnabled && (
        <>
          <Step input={input} endpoint={endpoint} step="test" hint={t.testHint} label={t.test} />
          <Step input={input} endpoint={endpoint} step="again" hint={t.againHint} label={t.again}>
            <Field id="after" kind="number" min={0} label={t.after} hint={t.againHint} value="0" />
          </Step>
        </>
      )}
      {endpoint.status === 'unproven' && (
        <Step input={input} endpoint={endpoint} step="enable" label={t.challenge} />
      )}
      {endpoint.status === 'disabled' && (
        <Step input={input} endpoint={endpoint} step="enable" hint={t.enableHint} label={t.enable} />
      )}
      <details open={form?.values('step')[0] === 'change'}>
        <summary>{t.change}</summary>
        <Step input={input} endpoint={endpoint} step="change" label={t.changeSend}>
          <EndpointFields
            input={input}
            url={form?.values('url')[0] ?? endpoint.url}
            types={form?.values('types')[0] ?? endpoint.eventTypes.join(', ')}
          />
        </Step>
      </details>
      <details>
        <summary>{t.rotate}</summary>
        <Step input={input} endpoint={endpoint} step="rotate" hint={t.rotateHint} label={t.rotate} />
      </details>
      <details>
        <summary>{t.remove}</summary>
        <Step input={input} endpoint={endpoint} step="remove" hint={t.removeHint} label={t.remove} />
      </details>
    </>
  );
}

function Step(props: {
  input: DashboardInput;
  endpoint: Endpoint;
  step: string;
  hint?: string;
  label: string;
  children?: ComponentChildren;
}): VNode {
  const { input, endpoint, step, hint, label, children } = props;
  return (
    <PostForm action={`${dashboardPath('webhooks')}/${endpoint.id}`} token={input.token} class="step">
      <input type="hidden" name="step" value={step} />
      {children ?? (hint !== undefined && <p class="hint">{hint}</p>)}
      {/* Nothing is sent before it. */}
      <button class={step === 'enable' ? 'button' : 'button quiet'} type="submit">
        {label}
      </button>
    </PostForm>
  );
}
