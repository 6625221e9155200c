import type { VNode } from 'preact';
import { sentToday } from '../../../shoppers/codes/day.ts';
import { listPauses, type Pause } from '../../../shoppers/codes/list-pauses.ts';
import { boundsOf, type CodeRules } from '../../../shoppers/codes/rules.ts';
import type { Tx } from '../../../lib/tx.ts';
import { formatInstant } from '../../format.ts';
import { DataTable } from '../../parts/data-table.tsx';
import type { ConsoleInput } from '../input.ts';

const pausesShown = 20;

export type CodesShown = { sent: number; perDay: number; pauses: Pause[]; now: Date };

/** How many one-time codes went out today, and for which numbers they are or were paused. */
export async function readCodes(tx: Tx, rules: CodeRules): Promise<CodesShown> {
  return {
    sent: await sentToday(tx),
    perDay: boundsOf(tx.environment, rules).perDay,
    pauses: await listPauses(tx, { limit: pausesShown }),
    now: tx.wallNow,
  };
}

export function Codes({ input, codes }: { input: ConsoleInput; codes: CodesShown }): VNode {
  const t = input.t.codes;
  const { locale, environment } = input.visit;
  const at = (instant: Date) => formatInstant(locale, instant, environment.timeZone);
  const figure = new Intl.NumberFormat(locale);
  const stateOf = ({ endedAt, until }: Pause): string => {
    if (endedAt !== null) return t.ended(at(endedAt));
    return until > codes.now ? t.paused(at(until)) : t.trying;
  };
  return (
    <section class="card" aria-labelledby="codes-heading">
      <h2 id="codes-heading">{t.title}</h2>
      <p>{t.sent(figure.format(codes.sent), figure.format(codes.perDay))}</p>
      <p class="hint">{t.hint}</p>
      {codes.pauses.length === 0 && <p>{t.none}</p>}
      {codes.pauses.length > 0 && (
        <DataTable
          caption={t.caption}
          columns={[
            { label: t.numbers },
            { label: t.since },
            { label: t.asked, number: true },
            { label: t.typed, number: true },
            { label: t.state },
          ]}
          rows={codes.pauses.map((pause) => [
            pause.scope === 'all' ? t.all : <code>{pause.beginsWith}…</code>,
            at(pause.startedAt),
            figure.format(pause.asked),
            figure.format(pause.verified),
            stateOf(pause),
          ])}
        />
      )}
    </section>
  );
}
