import type { Id } from '../lib/ids.ts';
import { hashText } from './kept-texts.ts';
import type { Locale } from './profile.ts';

/** What a shopper agrees to: our terms, the score, the identity check, and each funder by its id. */
export type ConsentPurpose = 'terms' | 'score' | 'identity' | `funder:${Id<'fnd'>}`;

export type ConsentText = {
  purpose: ConsentPurpose;
  version: string;
  title: string;
  body: string;
  /** SHA-256, in hex, of the title, a line feed and the body, as they are shown. */
  textHash: string;
};

/** Every change of a text needs a new version: a stored consent must name what was read. */
export const consentVersion = '2026-11';

type Text = { title: string; body: string };

const texts: Record<Locale, Record<'terms' | 'score' | 'identity' | 'funder', Text>> = {
  en: {
    terms: {
      title: 'Paying later with Morrow',
      body: 'I want to pay for purchases later with Morrow. Before each purchase I see every date, every amount and the total cost, and nothing is owed until I agree to it.',
    },
    score: {
      title: 'My pay score',
      body: 'Morrow computes a pay score from how I have used and repaid Morrow before, and decides automatically with it whether and how much I may pay later. I can see the score and every reason for it. Shops never see the score.',
    },
    identity: {
      title: 'Checking my identity',
      body: 'Morrow checks my name and my identity number with an identity service, so that nobody can buy in my name. Both are kept encrypted and are not shown to shops.',
    },
    funder: {
      title: 'Who pays the shop for me',
      body: '{funder} funds my purchases on Morrow and owns what I owe. For this Morrow gives {funder} my purchases, my repayments and a pseudonym for me, but not my phone number and not my identity number. I repay to Morrow.',
    },
  },
  'zh-CN': {
    terms: {
      title: '使用 Morrow 延后付款',
      body: '我希望使用 Morrow 先购物、后付款。每次购买前,我都会看到每个付款日期、每笔金额和总费用;在我同意之前,不产生任何欠款。',
    },
    score: {
      title: '我的付款分',
      body: 'Morrow 根据我过去使用和还款的情况计算付款分,并据此自动决定我能否延后付款以及额度。我可以查看分数和每一条理由。商家看不到我的分数。',
    },
    identity: {
      title: '核验我的身份',
      body: 'Morrow 通过身份核验服务核对我的姓名和身份证号码,以防他人冒用我的名义购物。两者均加密保存,不会提供给商家。',
    },
    funder: {
      title: '谁为我向商家付款',
      body: '{funder} 为我在 Morrow 上的购买提供资金,并持有我的应付款项。为此,Morrow 会向 {funder} 提供我的购买记录、还款记录和一个代号,但不提供我的手机号码和身份证号码。我向 Morrow 还款。',
    },
  },
};

/** The texts as they are shown today in one language: ours, and with a funder the one about it. */
export function consentTexts(input: {
  locale: Locale;
  funder?: { id: Id<'fnd'>; name: string };
}): ConsentText[] {
  const own = texts[input.locale];
  const shown = [
    toConsentText('terms', own.terms),
    toConsentText('score', own.score),
    toConsentText('identity', own.identity),
  ];
  const { funder } = input;
  if (!funder) return shown;
  const body = own.funder.body.replaceAll('{funder}', () => funder.name);
  return [...shown, toConsentText(`funder:${funder.id}`, { title: own.funder.title, body })];
}

function toConsentText(purpose: ConsentPurpose, text: Text): ConsentText {
  return { purpose, version: consentVersion, ...text, textHash: hashText(consentWords(text)) };
}

/** The words of a consent as they are hashed and kept. */
export function consentWords({ title, body }: Text): string {
  return `${title}\n${body}`;
}
