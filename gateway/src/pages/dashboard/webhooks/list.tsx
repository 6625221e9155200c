import type { VNode } from 'preact';
import type { Tx } from '../../../lib/tx.ts';
import { type Endpoint, listEndpoints } from '../../../webhooks/endpoints.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { Field } from '../developers/field.tsx';
import { Refused } from '../developers/refused.tsx';
import type { RefusedForm } from '../developers/steps.ts';
import { DashboardFrame, hasProblem } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

/** The merchant's endpoints with how they do, and the form that adds one. */
export async function showWebhooks(tx: Tx, input: DashboardInput, form?: RefusedForm): Promise<Page> {
  const t = input.t.webhooks;
  const path = dashboardPath('webhooks');
  const endpoints = await listEndpoints(tx, input.visit.member.merchantId);
  return {
    title: t.title,
    wide: true,
    hasProblem: form !== undefined || hasProblem(input),
    status: form?.error.status ?? 200,
    body: (
      <DashboardFrame input={input} section="webhooks" title={t.title} intro={t.intro}>
        <Refused error={form?.error} />
        <section class="card">
          {endpoints.length === 0 && <p>{t.none}</p>}
          {endpoints.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[{ label: t.url }, { label: t.types }, { label: t.state }, { label: t.created }]}
              rows={endpoints.map((endpoint) => [
                <a href={`${path}/${endpoint.id}`}>{endpoint.url}</a>,
                typesText(endpoint, t.allTypes),
                stateText(input, endpoint),
                formatInstant(input.visit.locale, endpoint.createdAt, input.visit.environment.timeZone),
              ])}
            />
          )}
        </section>
        <section class="card" aria-labelledby="add-heading">
          <h2 id="add-heading">{t.add}</h2>
          <PostForm action={path} token={input.token} class="step">
            <input type="hidden" name="step" value="add" />
            <EndpointFields
              input={input}
              url={form?.values('url')[0] ?? ''}
              types={form?.values('types')[0] ?? '*'}
            />
            <button class="button" type="submit">
              {t.addSend}
            </button>
          </PostForm>
        </section>
      </DashboardFrame>
    ),
  };
}

/** Where an endpoint is and what it gets. */
export function EndpointFields(props: { input: DashboardInput; url: string; types: string }): VNode {
  const t = props.input.t.webhooks;
  return (
    <>
      <Field id="url" label={t.url} hint={t.urlHint} value={props.url} maxlength={2000} />
      <Field id="types" label={t.types} hint={t.typesHint} value={props.types} lines={3} maxlength={5000} />
    </>
  );
}

export function typesText({ eventTypes }: Endpoint, all: string): string {
  return eventTypes.includes('*') ? all : eventTypes.join(', ');
}

/** Whether it is enabled, and since when it fails. */
export function stateText({ t, visit }: DashboardInput, endpoint: Endpoint): string {
  const { status, failingSince } = endpoint;
  const state = t.webhooks.states[status];
  if (status === 'disabled' || !failingSince) return state;
  const since = formatInstant(visit.locale, failingSince, visit.environment.timeZone);
  return `${state}, ${t.webhooks.failing(since)}`;
}
