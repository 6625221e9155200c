import type { ComponentChildren, VNode } from 'preact';
import { isId } from '../../../lib/ids.ts';
import type { Tx } from '../../../lib/tx.ts';
import { type Delivery, listNewestDeliveries, type ToldDelivery } from '../../../webhooks/deliveries.ts';
import type { Endpoint } from '../../../webhooks/endpoints.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatInstant } from '../../format.ts';
import { PostForm } from '../../parts/form.tsx';
import { queryOf, withQuery } from '../../query.ts';
import { Tabs } from '../developers/tabs.tsx';
import type { DashboardInput } from '../input.ts';
import { dashboardPath } from '../paths.ts';

const shown = 20;

export type LogRead = {
  status: Delivery['status'] | undefined;
  eventId: string | undefined;
  deliveries: ToldDelivery[];
};

/** What the page is asked for of the endpoint's log. */
export async function readLog(
  tx: Tx,
  { req, t, visit }: DashboardInput,
  endpointId: string,
): Promise<LogRead> {
  const asked = queryOf(req, 'status');
  const status = Object.hasOwn(t.webhooks.statuses, asked) ? (asked as Delivery['status']) : undefined;
  const [event, before] = [queryOf(req, 'event'), queryOf(req, 'before')];
  const eventId = isId('evt', event) ? event : undefined;
  const deliveries = await listNewestDeliveries(tx, {
    merchantId: visit.member.merchantId,
    endpointId,
    status,
    eventId,
    before: isId('dlv', before) ? before : undefined,
    limit: shown,
  });
  return { status, eventId, deliveries };
}

/** What the endpoint was sent, with what it answered; each can be sent again. */
export function Log(props: { input: DashboardInput; endpoint: Endpoint; deliveries: LogRead }): VNode {
  const { input, endpoint } = props;
  const { status, eventId, deliveries } = props.deliveries;
  const t = input.t.webhooks;
  const path = `${dashboardPath('webhooks')}/${endpoint.id}`;
  const last = deliveries.at(-1);
  return (
    <section class="card" aria-labelledby="log-heading">
      <h2 id="log-heading">{t.log}</h2>
      <Tabs
        label={t.filter}
        path={path}
        name="status"
        value={status}
        kept={{ event: eventId }}
        all={t.all}
        options={t.statuses}
      />
      {eventId !== undefined && <p class="hint">{t.ofEvent(eventId)}</p>}
      {deliveries.length === 0 && <p>{t.logNone}</p>}
      {deliveries.length > 0 && (
        <DataTable
          caption={status === undefined ? t.all : t.statuses[status]}
          columns={[
            { label: t.event },
            { label: t.status },
            { label: t.response },
            { label: t.attempt, number: true },
            { label: t.at },
            { label: t.resend },
          ]}
          rows={deliveries.map((delivery) => rowOf(input, endpoint, delivery))}
        />
      )}
      {last && deliveries.length === shown && (
        <p>
          <a href={withQuery(path, { status, event: eventId, before: last.id })}>{t.older}</a>
        </p>
      )}
    </section>
  );
}

function rowOf(input: DashboardInput, endpoint: Endpoint, delivery: ToldDelivery): ComponentChildren[] {
  const { visit, token } = input;
  const t = input.t.webhooks;
  const { status, attempt, redelivery, scheduledAt, finishedAt } = delivery;
  const at = formatInstant(visit.locale, finishedAt ?? scheduledAt, visit.environment.timeZone);
  return [
    <>
      {String(delivery.sequence)}{' '}
      <a href={`${dashboardPath('events')}/${delivery.eventId}`}>
        <code>{delivery.eventType}</code>
      </a>
    </>,
    t.statuses[status],
    answerText(input, delivery),
    redelivery === 0 ? String(attempt) : t.attemptOf(String(attempt), String(redelivery)),
    status === 'pending' ? t.nextTry(at) : at,
    endpoint.status === 'enabled' ? (
      <PostForm action={`${dashboardPath('webhooks')}/${endpoint.id}`} token={token}>
        <input type="hidden" name="step" value="resend" />
        <input type="hidden" name="event" value={delivery.eventId} />
        <button
          class="link"
          type="submit"
          aria-label={`${t.resend} ${delivery.eventType} ${delivery.sequence}`}
        >
          {t.resend}
        </button>
      </PostForm>
    ) : (
      ''
    ),
  ];
}

function answerText(input: DashboardInput, { responseStatus, failure }: Delivery): ComponentChildren {
  const status = responseStatus === null ? '' : String(responseStatus);
  if (failure === null) return status;
  return (
    <>
      {status} {failureText(input, failure)}
    </>
  );
}

/** Our own names of what went wrong on the way are for developers, and the same in every language. */
export function failureText({ t }: DashboardInput, failure: string): ComponentChildren {
  const { failures } = t.webhooks;
  return Object.hasOwn(failures, failure) ? (
    failures[failure as keyof typeof failures]
  ) : (
    <code>{failure}</code>
  );
}
