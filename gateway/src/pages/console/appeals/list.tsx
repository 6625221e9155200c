import { type Appeal, listAppeals } from '../../../appeals/appeals.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { consolePath } from '../paths.ts';
import { queryOf, withQuery } from '../../query.ts';

const appealsShown = 50;

/** Appeals that wait for a person, or all of them. */
export async function showAppeals(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.appeals;
  const path = consolePath(visit.environment.id, 'appeals');
  const showsAll = queryOf(req, 'status') === 'all';
  const appeals = await listAppeals(tx, {
    ...(!showsAll && { status: 'open' }),
    after: queryOf(req, 'after'),
    limit: appealsShown,
  });
  const last = appeals.length === appealsShown ? appeals.at(-1) : undefined;
  const asked = { status: showsAll ? 'all' : undefined };
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="appeals" title={t.title} intro={t.intro}>
        <section class="card">
          <p class="asides">
            <a href={path} aria-current={showsAll ? undefined : 'true'}>
              {t.open}
            </a>
            <a href={withQuery(path, { status: 'all' })} aria-current={showsAll ? 'true' : undefined}>
              {t.all}
            </a>
          </p>
          {appeals.length === 0 && <p>{t.empty}</p>}
          {appeals.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[{ label: t.time }, { label: t.status }, { label: t.shopper }, { label: t.decision }]}
              rows={appeals.map((appeal) => rowOf(input, path, appeal))}
            />
          )}
          {last && (
            <p>
              <a href={withQuery(path, { ...asked, after: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
      </ConsoleFrame>
    ),
  };
}

function rowOf({ visit, t }: ConsoleInput, path: string, appeal: Appeal) {
  const { id, askedAt, createdAt, status, shopperId, assessmentId } = appeal;
  return [
    <a href={`${path}/${id}`}>
      {formatInstant(visit.locale, askedAt ?? createdAt, visit.environment.timeZone)}
    </a>,
    t.appeals.statuses[status],
    <code>{shopperId}</code>,
    <code>{assessmentId}</code>,
  ];
}
