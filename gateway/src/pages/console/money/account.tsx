import { statementOf } from '../../../ledger/statements.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatMoney } from '../../../notifications/format.ts';
import { formatInstant } from '../../format.ts';
import type { Page } from '../../send-page.tsx';
import { ConsoleFrame, hasProblem } from '../frame.tsx';
import { audit, type ConsoleInput } from '../input.ts';
import { Facts } from '../../parts/facts.tsx';
import { Figures } from '../parts/figures.tsx';
import { queryOf, withQuery } from '../../query.ts';
import { AccountForm, askedAccount, readAccount } from './account-form.tsx';
import { movementTable } from './tables.ts';
import { toldOf } from './told.tsx';

const movementsShown = 100;

/** What moved one account between two instants. That somebody looked is kept, because a shopper may stand in its name. */
export async function showAccount(tx: Tx, input: ConsoleInput): Promise<Page> {
  const { visit, req } = input;
  const { locale, environment } = visit;
  const t = input.t.money;
  const asked = askedAccount(input);
  const read = readAccount(asked, { now: tx.now, timeZone: environment.timeZone });
  if ('malformed' in read) {
    return {
      title: t.statement,
      hasProblem: true,
      body: (
        <ConsoleFrame input={input} section="money" title={t.statement}>
          <AccountForm input={input} asked={asked} malformed={read.malformed} />
        </ConsoleFrame>
      ),
    };
  }
  await audit(tx, visit, 'account_viewed', { objectId: read.account });
  const after = /^\d{1,18}$/.test(queryOf(req, 'after')) ? BigInt(queryOf(req, 'after')) : 0n;
  const statement = await statementOf(tx, { ...read, after, limit: movementsShown });
  const { path } = toldOf(input);
  const money = (amount: bigint) => formatMoney(locale, { amount, currency: read.currency });
  const when = (at: Date) => formatInstant(locale, at, environment.timeZone);
  return {
    title: t.statement,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <ConsoleFrame input={input} section="money" title={t.statementOf(read.account)}>
        <section class="card" aria-labelledby="movements-heading">
          <h2 id="movements-heading">{t.movements}</h2>
          <Facts
            facts={[
              [t.from, when(read.from)],
              [t.to, when(read.to)],
              [t.opening, money(statement.opening)],
              [t.closing, money(statement.closing)],
            ]}
          />
          <Figures
            locale={locale}
            table={movementTable(toldOf(input), statement.movements, read.currency)}
            empty={t.empty}
            file={{ href: withQuery(`${path}/export/statement`, asked), label: t.download }}
          />
          {statement.next !== undefined && (
            <p>
              <a href={withQuery(`${path}/account`, { ...asked, after: String(statement.next) })}>{t.next}</a>
            </p>
          )}
        </section>
        <AccountForm input={input} asked={asked} />
      </ConsoleFrame>
    ),
  };
}
