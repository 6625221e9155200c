import type { Request } from 'express';
import type { ComponentChildren, VNode } from 'preact';
import type { Vault } from '../../lib/vault.ts';
import { formatMoney } from '../../notifications/format.ts';
import type { PaymentMethod } from '../../processor/payment-methods.ts';
import { brandName } from '../brand-name.ts';
import { formToken } from '../forms.ts';
import { Notice, PostForm } from '../parts/form.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { textsOf, type Texts } from '../texts/language.ts';
import type { NoticeText } from '../texts/shapes.ts';
import { addressOf } from './paths.ts';
import type { Account } from './visit.ts';

/** What every page of the account is made from. */
export type AccountInput = {
  visit: Account;
  req: Request;
  t: Texts['account'];
  /** The token of this page's forms. */
  token: string;
  notice: NoticeText | undefined;
  money: (amount: bigint, currency: string) => string;
  /** How many of the shopper's questions wait for their answer; absent where a form is answered. */
  waitingCases?: number;
};

export function inputOf(vault: Vault, visit: Account, req: Request): AccountInput {
  const { locale, browser, place, memory } = visit;
  const { account, notices } = textsOf[locale];
  const { notice } = memory;
  return {
    visit,
    req,
    t: account,
    token: formToken(vault, { browser, placeId: place.id }),
    notice: notice && notices[notice.code](notice.values),
    money: (amount, currency) => formatMoney(locale, { amount, currency }),
  };
}

/** A card of which its owner recognises their own. */
export function cardName({ visit }: AccountInput, { brand, last4 }: PaymentMethod): string {
  return textsOf[visit.locale].agreement.savedMethod(brandName(brand), last4);
}

/** From what a payment is taken, and how long that takes: a card answers at once, the bank of an account after days. */
export function payFromText(input: AccountInput, method: PaymentMethod): string {
  const { banks, account } = textsOf[input.visit.locale];
  const name = cardName(input, method);
  return method.kind === 'card' ? account.plan.payFrom(name) : banks.payFrom(name);
}

/** Whether the page says so in its title that something went wrong. */
export function hasProblem({ notice }: Pick<AccountInput, 'notice'>): boolean {
  return notice !== undefined && !notice.good;
}

type Tab = 'overview' | 'agreements' | 'score' | 'decisions' | 'cases' | 'you';

const pageOfTab: Record<Tab, string> = {
  overview: '',
  agreements: 'agreements',
  score: 'score',
  decisions: 'decisions',
  cases: 'cases',
  you: 'you',
};
const tabs = Object.keys(pageOfTab) as Tab[];

/** A page of the account below its navigation, and the way out at its end. `tab` is left out below a tab's page. */
export function AccountFrame(props: {
  input: AccountInput;
  tab?: Tab;
  title: string;
  intro?: string;
  children?: ComponentChildren;
}): VNode {
  const { input, tab, title, intro, children } = props;
  const { visit, t, token, notice } = input;
  const { path } = visit.place;
  return (
    <div class="step">
      <Tabs
        locale={visit.locale}
        label={t.nav.label}
        tabs={tabs.map((name) => ({
          href: addressOf(path, pageOfTab[name]),
          name: t.nav[name],
          isCurrent: name === tab,
          waiting: name === 'cases' ? input.waitingCases : undefined,
        }))}
      />
      <h1>{title}</h1>
      <Notice notice={notice} />
      {intro !== undefined && <p class="intro">{intro}</p>}
      {children}
      <PostForm action={`${path}/sign-out`} token={token} class="centered">
        <button class="link" type="submit">
          {t.signOut}
        </button>
      </PostForm>
    </div>
  );
}
