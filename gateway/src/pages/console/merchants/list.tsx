import { listMerchants } from '../../../dossiers/merchant.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatInstant } from '../../format.ts';
import { queryOf, withQuery } from '../../query.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import type { ConsoleInput } from '../input.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { SearchForm } from '../../parts/search-form.tsx';
import { consolePath } from '../paths.ts';

const merchantsShown = 50;

/** Merchants of the environment by a part of their name. */
export async function showMerchants(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const t = input.t.merchants;
  const path = consolePath(visit.environment.id, 'merchants');
  const find = queryOf(req, 'find');
  const merchants = await listMerchants(tx, { find, before: queryOf(req, 'before'), limit: merchantsShown });
  const last = merchants.length === merchantsShown ? merchants.at(-1) : undefined;
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="merchants" title={t.title} intro={t.intro}>
        <SearchForm
          action={path}
          name="find"
          label={t.find}
          hint={t.findHint}
          button={t.search}
          value={find}
        />
        <section class="card">
          {merchants.length === 0 && <p>{t.empty}</p>}
          {merchants.length > 0 && (
            <DataTable
              caption={t.list}
              columns={[{ label: t.name }, { label: t.since }, { label: t.country }, { label: t.state }]}
              rows={merchants.map(({ id, name, createdAt, country, status }) => [
                <a href={`${path}/${id}`}>{name}</a>,
                formatInstant(visit.locale, createdAt, visit.environment.timeZone),
                country,
                t.states[status],
              ])}
            />
          )}
          {last && (
            <p>
              <a href={withQuery(path, { find, before: last.id })}>{t.older}</a>
            </p>
          )}
        </section>
      </ConsoleFrame>
    ),
  };
}
