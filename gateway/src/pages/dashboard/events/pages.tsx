import { eventJson } from '../../../events/event-json.ts';
import { findEvent, readNewest } from '../../../events/feed.ts';
import { type EventType, eventTypes, isEventType } from '../../../events/types.ts';
import type { Tx } from '../../../lib/tx.ts';
import { listEndpoints } from '../../../webhooks/endpoints.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Facts } from '../../parts/facts.tsx';
import { eventPath } from '../../docs/paths.ts';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { Field } from '../developers/field.tsx';
import { idIn } from '../developers/steps.ts';
import { DashboardFrame } from '../frame.tsx';
import type { DashboardInput } from '../input.ts';
import { queryOf, withQuery } from '../../query.ts';
import { dashboardPath } from '../paths.ts';

const shown = 50;

/** The merchant's feed, the newest first, narrowed down by types and by an object. */
export async function showEvents(tx: Tx, input: DashboardInput): Promise<Page> {
  const { req, visit } = input;
  const t = input.t.events;
  const path = dashboardPath('events');
  const [type, objectId] = [queryOf(req, 'type'), queryOf(req, 'object')];
  const types = typesOf(type);
  // Mostly an id, but keys go by their names.
  const isName = /^[\w.-]{1,100}$/.test(objectId);
  const before = /^[1-9]\d{0,17}$/.exec(queryOf(req, 'before'))?.[0];
  const { events, older } =
    types === 'unknown' || (objectId !== '' && !isName)
      ? { events: [], older: undefined }
      : await readNewest(tx, {
          stream: visit.member.merchantId,
          before: before === undefined ? undefined : BigInt(before),
          limit: shown,
          filter: { types, objectId: objectId === '' ? undefined : objectId },
        });
  return {
    title: t.title,
    wide: true,
    body: (
      <DashboardFrame input={input} section="events" title={t.title} intro={t.intro}>
        <section class="card">
          <form method="get" action={path} class="step">
            <Field id="type" label={t.type} hint={t.typeHint} value={type} maxlength={200} optional />
            <Field
              id="object"
              label={t.object}
              hint={t.objectHint}
              value={objectId}
              maxlength={100}
              optional
            />
            <button class="button quiet" type="submit">
              {t.search}
            </button>
          </form>
        </section>
        <section class="card">
          {events.length === 0 && <p>{types === 'unknown' ? t.unknownType : t.none}</p>}
          {events.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[
                { label: t.number, number: true },
                { label: t.type },
                { label: t.object },
                { label: t.at },
              ]}
              rows={events.map((event) => [
                String(event.sequence),
                <a href={`${path}/${event.id}`}>
                  <code>{event.type}</code>
                </a>,
                <code>{event.objectId}</code>,
                formatInstant(visit.locale, event.occurredAt, visit.environment.timeZone),
              ])}
            />
          )}
          {older !== undefined && (
            <p>
              <a href={withQuery(path, { type, object: objectId, before: String(older) })}>{t.older}</a>
            </p>
          )}
        </section>
      </DashboardFrame>
    ),
  };
}

function typesOf(asked: string): EventType[] | 'unknown' | undefined {
  const names = asked.split(/[\s,]+/).filter((name) => name !== '');
  if (names.length === 0) return undefined;
  return names.every(isEventType) ? names.filter(isEventType) : 'unknown';
}

/** One event as the API answers it, and the endpoints that may have got it. */
export async function showEvent(tx: Tx, input: DashboardInput): Promise<Page> {
  const { req, visit } = input;
  const t = input.t.events;
  const { merchantId } = visit.member;
  const event = await findEvent(tx, { stream: merchantId, eventId: idIn('evt', req.params.eventId) });
  const endpoints = await listEndpoints(tx, merchantId);
  return {
    title: t.one,
    body: (
      <DashboardFrame input={input} section="events" title={t.one}>
        <section class="card">
          <Facts
            facts={[
              [
                t.type,
                <a href={eventPath(event.type)}>
                  <code>{event.type}</code>
                </a>,
              ],
              [t.meaning, <span lang="en">{eventTypes[event.type]}</span>],
              [t.number, String(event.sequence)],
              [
                t.object,
                <a href={withQuery(dashboardPath('events'), { object: event.objectId })}>
                  <code>{event.objectId}</code>
                </a>,
              ],
              [t.version, String(event.objectVersion)],
              [t.at, formatInstant(visit.locale, event.occurredAt, visit.environment.timeZone)],
              ...endpoints.map(
                ({ id, url }) =>
                  [
                    t.deliveries,
                    <a href={withQuery(`${dashboardPath('webhooks')}/${id}`, { event: event.id })}>{url}</a>,
                  ] as const,
              ),
            ]}
          />
        </section>
        <section class="card" aria-labelledby="json-heading">
          <h2 id="json-heading">{t.json}</h2>
          <pre class="data">{JSON.stringify(eventJson(event), null, 2)}</pre>
        </section>
      </DashboardFrame>
    ),
  };
}
