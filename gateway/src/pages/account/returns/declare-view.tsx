import type { VNode } from 'preact';
import { formatDate } from '../../../notifications/format.ts';
import { debtReducedBy, type RefundPreview } from '../../../orders/refund-preview.ts';
import { returnReasons } from '../../../orders/returns.ts';
import type { ScheduledInstallment } from '../../../plans/schedule.ts';
import { aboutField, Notice, PostForm } from '../../parts/form.tsx';
import type { Page } from '../../send-page.tsx';
import { textsOf } from '../../texts/language.ts';
import type { NoticeText } from '../../texts/shapes.ts';
import { AccountFrame, type AccountInput, hasProblem } from '../view.tsx';
import type { ReturnProposal } from './declare.ts';

type Props = { input: AccountInput; about: ReturnProposal };

/** Asks what goes back and why; then shows what a refund of it would do, with the one form that declares it. */
export function declareView(input: AccountInput, about: ReturnProposal): Page {
  const t = textsOf[input.visit.locale].returns;
  const { preview, mayDeclare } = about;
  const notice = noticeOf(input, about);
  const plan = `${input.visit.place.path}/plans/${about.planId}`;
  return {
    title: t.title,
    hasProblem: hasProblem(input) || notice !== undefined,
    body: (
      <AccountFrame input={input} title={t.title} intro={t.ask(about.shop)}>
        <Notice notice={notice} />
        {preview && <Confirmation input={input} about={about} preview={preview} />}
        {!preview && mayDeclare && <Question input={input} about={about} notice={notice} />}
        <p class="asides">
          {preview && <a href={`${plan}/return`}>{t.change}</a>}
          <a href={plan}>{t.back}</a>
        </p>
      </AccountFrame>
    ),
  };
}

function noticeOf(input: AccountInput, about: ReturnProposal): NoticeText | undefined {
  const t = textsOf[input.visit.locale].returns;
  if (!about.mayDeclare) return { text: t.impossible };
  const most = input.money(about.refundable, about.currency);
  switch (about.wish.problem) {
    case 'nothing_chosen':
      return { field: 'sum', text: t.nothingChosen };
    case 'unreadable':
      return { field: 'sum', text: t.unreadable(most) };
    case 'above':
      return { field: 'sum', text: t.above(most) };
    case 'reason_missing':
      return { field: 'reason', text: t.reasonMissing };
    case undefined:
    default:
      return undefined;
  }
}

function Question({ input, about, notice }: Props & { notice: NoticeText | undefined }): VNode {
  const { visit } = input;
  const { lines, wish, currency } = about;
  const t = textsOf[visit.locale].returns;
  return (
    <form method="get" action={`${visit.place.path}/plans/${about.planId}/return`}>
      {lines.length > 0 && (
        <fieldset class="methods">
          <legend>{t.itemsLegend}</legend>
          {lines.map((line, index) => (
            <label class="method">
              <input type="checkbox" name="line" value={index} checked={wish.lines.includes(index)} />
              <span>{t.quantity(line.name, line.quantity)}</span>
              <span>{input.money(BigInt(line.amount), currency)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <AmountField input={input} about={about} notice={notice} />
      <div class="field">
        <label for="reason">{t.reasonLabel}</label>
        <select id="reason" name="reason" required {...reasonNotice(notice)}>
          <option value="" />
          {returnReasons.map((reason) => (
            <option value={reason} selected={reason === wish.reason}>
              {t.reasons[reason]}
            </option>
          ))}
        </select>
      </div>
      <button class="button" type="submit">
        {t.next}
      </button>
    </form>
  );
}

function reasonNotice(notice: NoticeText | undefined): {
  'aria-describedby'?: string;
  'aria-invalid'?: 'true';
} {
  return notice?.field === 'reason' ? { 'aria-describedby': 'notice', 'aria-invalid': 'true' } : {};
}

/** Not required, because an item may be chosen instead. */
function AmountField({ input, about, notice }: Props & { notice: NoticeText | undefined }): VNode {
  const t = textsOf[input.visit.locale].returns;
  return (
    <div class="field">
      <label for="sum">{t.ownLabel}</label>
      <p class="hint" id="sum-hint">
        {t.ownHint(input.money(about.refundable, about.currency))}
      </p>
      <input
        type="text"
        id="sum"
        name="sum"
        inputmode="decimal"
        autocomplete="off"
        maxlength={24}
        value={about.wish.typed}
        spellcheck={false}
        {...aboutField('sum', notice)}
      />
    </div>
  );
}

function Confirmation({ input, about, preview }: Props & { preview: RefundPreview }): VNode {
  const { visit } = input;
  const { wish, currency } = about;
  const t = textsOf[visit.locale].returns;
  const { effect, amount } = preview;
  const rows = [
    { label: t.debtReduced, amount: debtReducedBy(effect) },
    { label: t.moneyBack, amount: effect.moneyBack },
    { label: t.interestReturned, amount: effect.interestReturned },
  ].filter((row) => row.amount > 0n);
  return (
    <>
      <section class="card" aria-labelledby="effect-heading">
        <h2 id="effect-heading">{t.effectHeading}</h2>
        <p>{t.effect(input.money(amount, currency))}</p>
        <dl class="facts">
          {rows.map((row) => (
            <div>
              <dt>{row.label}</dt>
              <dd>{input.money(row.amount, currency)}</dd>
            </div>
          ))}
        </dl>
        <p id="pause-note">{t.pauseNote(formatDate(visit.locale, about.until))}</p>
        <PostForm action={`${visit.place.path}/plans/${about.planId}/returns`} token={input.token}>
          {wish.lines.map((index) => (
            <input type="hidden" name="line" value={String(index)} />
          ))}
          <input type="hidden" name="sum" value={wish.typed} />
          <input type="hidden" name="reason" value={wish.reason} />
          <button class="button" type="submit" aria-describedby="pause-note">
            {t.confirm(input.money(amount, currency))}
          </button>
        </PostForm>
      </section>
      <BeforeAndAfter input={input} about={about} preview={preview} />
    </>
  );
}

/** What is left to pay at each date, now and after the refund; nothing to show when nothing is left. */
function BeforeAndAfter({ input, about, preview }: Props & { preview: RefundPreview }): VNode | null {
  const { locale } = input.visit;
  const t = textsOf[locale].returns;
  const { before, after } = preview.effect;
  const open = before.filter((item) => leftOf(item) > 0n);
  if (open.length === 0) return null;
  return (
    <section class="card" aria-labelledby="dates-heading">
      <h2 id="dates-heading">{t.tableHeading}</h2>
      <table class="payments" aria-labelledby="dates-heading">
        <thead>
          <tr>
            <th scope="col">{t.date}</th>
            <th scope="col" class="number">
              {t.before}
            </th>
            <th scope="col" class="number">
              {t.after}
            </th>
          </tr>
        </thead>
        <tbody>
          {open.map((item) => {
            const left = leftOf(after.find(({ number }) => number === item.number));
            return (
              <tr>
                <th scope="row">{formatDate(locale, item.dueDate)}</th>
                <td class="number">{input.money(leftOf(item), about.currency)}</td>
                <td class="number">{left === 0n ? t.nothingLeft : input.money(left, about.currency)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function leftOf(item: ScheduledInstallment | undefined): bigint {
  return item === undefined ? 0n : item.amount - item.paidAmount;
}
