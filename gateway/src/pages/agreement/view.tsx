import type { ComponentChildren, VNode } from 'preact';
import type { Vault } from '../../lib/vault.ts';
import { formatMoney } from '../../notifications/format.ts';
import { formToken } from '../forms.ts';
import { maskPhone } from '../format.ts';
import { Notice, PostForm } from '../parts/form.tsx';
import { textsOf, type Texts } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import type { AgreementVisit } from './visit.ts';

/** What every view of an agreement's page is made from. */
export type PermissionView = {
  visit: AgreementVisit;
  t: Texts['agreements'];
  /** The token of this page's forms. */
  token: string;
  notice: NoticeText | undefined;
  money: (amount: bigint) => string;
};

export function viewOf(vault: Vault, visit: AgreementVisit): PermissionView {
  const { locale, browser, place, memory, agreement } = visit;
  const { agreements, notices } = textsOf[locale];
  const { notice } = memory;
  return {
    visit,
    t: agreements,
    token: formToken(vault, { browser, placeId: place.id }),
    notice: notice && notices[notice.code](notice.values),
    money: (amount) => formatMoney(locale, { amount, currency: agreement.currency }),
  };
}

/** A step of the page, with who is signed in and the way back to the shop below it. */
export function PermissionFrame(props: {
  view: PermissionView;
  title: string;
  intro?: string;
  children?: ComponentChildren;
}): VNode {
  const { view, title, intro, children } = props;
  const { visit, t, token, notice } = view;
  const { shopper, place, merchant } = visit;
  return (
    <div class="step">
      <h1>{title}</h1>
      <Notice notice={notice} />
      {intro !== undefined && <p class="intro">{intro}</p>}
      {children}
      {shopper && visit.agreement.status === 'pending' && !visit.isTooLate && (
        <div class="asides">
          <p>{t.signedInAs(maskPhone(shopper.phone))}</p>
          <PostForm action={`${place.path}/phone/other`} token={token}>
            <button class="link" type="submit">
              {t.other}
            </button>
          </PostForm>
        </div>
      )}
      <p class="way-back">
        <a class="button quiet" href={`${place.path}/back`}>
          {t.back(merchant.name)}
        </a>
      </p>
    </div>
  );
}
