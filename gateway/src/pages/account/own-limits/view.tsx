import type { VNode } from 'preact';
import { addMs } from '../../../lib/dates.ts';
import type { Tx } from '../../../lib/tx.ts';
import { type Loosening, looseningMs } from '../../../protection/own-limits.ts';
import { formatInstant } from '../../format.ts';
import { TextField } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import { plainAmount } from '../draws/asked.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import { DuesSection } from './dues.tsx';
import { EvidenceSection } from './evidence.tsx';
import { readOwnLimits } from './facts.ts';
import { IncomeSection } from './income.tsx';
import { OwnForm, type Part, QuietButton } from './part.tsx';

/** Lock and ceilings, what falls due beside the income, and what others may tell us. */
export async function showOwnLimits(tx: Tx, input: AccountInput): Promise<Page> {
  const { visit, req } = input;
  const t = textsOf[visit.locale].ownLimits;
  const facts = await readOwnLimits(tx, { shopperId: visit.shopper.id, asked: req.query.currency });
  const part = facts && { input, facts, t };
  return {
    title: t.title,
    wide: true,
    hasProblem: hasProblem(input),
    body: (
      <AccountFrame input={input} title={t.title} intro={t.intro}>
        {part && (
          <>
            <Currencies {...part} />
            <LockSection {...part} />
            <CeilingSection {...part} />
            <IncomeSection {...part} />
            <DuesSection {...part} />
            <EvidenceSection {...part} />
          </>
        )}
        <p>
          <a href={visit.place.path}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function Currencies({ input, facts, t }: Part): VNode | null {
  if (facts.currencies.length < 2) return null;
  const { path } = input.visit.place;
  return (
    <nav class="tabs" aria-label={t.currencies}>
      {facts.currencies.map((code) => (
        <a
          href={`${path}/own-limits?currency=${code}`}
          aria-current={code === facts.currency ? 'page' : undefined}
        >
          {code}
        </a>
      ))}
    </nav>
  );
}

function whenIn({ input }: Part, instant: Date): string {
  const { locale, environment } = input.visit;
  return formatInstant(locale, instant, environment.timeZone);
}

function LockSection(part: Part): VNode {
  const { facts, t } = part;
  const waiting = facts.loosenings.find(({ kind }) => kind === 'lock');
  return (
    <section class="card" aria-labelledby="lock-heading">
      <h2 id="lock-heading">{t.lockHeading}</h2>
      {!facts.own.locked && (
        <>
          <p id="lock-hint">{t.lockOff}</p>
          <OwnForm {...part} to="lock">
            <QuietButton describedBy="lock-hint">{t.lock}</QuietButton>
          </OwnForm>
        </>
      )}
      {facts.own.locked && <p>{t.lockOn}</p>}
      {facts.own.locked && waiting && (
        <>
          <p class="notice">{t.unlocksAt(whenIn(part, waiting.from))}</p>
          <OwnForm {...part} to="lock">
            <QuietButton>{t.stayLocked}</QuietButton>
          </OwnForm>
        </>
      )}
      {facts.own.locked && !waiting && (
        <>
          <p class="hint" id="unlock-hint">
            {t.unlockHint(whenIn(part, addMs(facts.now, looseningMs)))}
          </p>
          <OwnForm {...part} to="unlock">
            <QuietButton describedBy="unlock-hint">{t.unlock}</QuietButton>
          </OwnForm>
        </>
      )}
    </section>
  );
}

function CeilingSection(part: Part): VNode {
  const { input, facts, t } = part;
  const { notice, visit } = input;
  const { typed } = visit.memory;
  const { currency, own } = facts;
  const shown = (kind: 'purchase' | 'total'): string | undefined =>
    typed?.[kind] ?? (own[kind] === null ? undefined : plainAmount(own[kind], currency));
  const field = { notice, inputmode: 'decimal' as const, autocomplete: 'off', maxlength: 30, optional: true };
  return (
    <section class="card" aria-labelledby="ceiling-heading">
      <h2 id="ceiling-heading">{t.ceilingHeading}</h2>
      <p>{t.ceilingIntro}</p>
      <OwnForm {...part} to="ceilings">
        <TextField
          {...field}
          name="purchase"
          label={`${t.purchase} (${currency})`}
          hint={t.purchaseHint}
          value={shown('purchase')}
        />
        <TextField
          {...field}
          name="total"
          label={`${t.total} (${currency})`}
          hint={t.totalHint}
          value={shown('total')}
        />
        <QuietButton>{t.ceilingSave}</QuietButton>
      </OwnForm>
      {facts.loosenings.map((waiting) => (
        <Waiting {...part} waiting={waiting} />
      ))}
    </section>
  );
}

/** A looser ceiling that waits for its time, and the way to stay with the present one. */
function Waiting({ waiting, ...part }: Part & { waiting: Loosening }): VNode | null {
  const { input, t } = part;
  if (waiting.kind === 'lock') return null;
  const { kind, amount, currency, from } = waiting;
  const to = amount === null ? t.noCeiling : input.money(amount, currency);
  return (
    <>
      <p class="notice">{t.waits[kind](to, whenIn(part, from))}</p>
      <OwnForm {...part} to="ceilings/keep">
        <input type="hidden" name="kind" value={kind} />
        <QuietButton>{t.keep[kind]}</QuietButton>
      </OwnForm>
    </>
  );
}
