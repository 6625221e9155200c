import type { Id } from '../lib/ids.ts';
import { type EvidenceItem, evidenceItems } from './evidence-port.ts';
import { hashText } from './kept-texts.ts';
import type { Locale } from './profile.ts';

/** Asking an outside party about the shopper: wholly optional, and can be taken back at any time. */
export type EvidencePurpose = `evidence:${EvidenceItem}`;

/** What a shopper agrees to: our terms, the score, the identity check, each funder by its id, and evidence. */
export type ConsentPurpose = 'terms' | 'score' | 'identity' | `funder:${Id<'fnd'>}` | EvidencePurpose;

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

const evidence: Record<Locale, Record<EvidenceItem, Text>> = {
  en: {
    bureau: {
      title: 'A credit bureau’s band',
      body: 'Morrow asks a credit bureau once for the band, from A to E, in which it sees me, and looks at it when it computes my pay score. Nothing else of my file is passed on. The answer is kept encrypted for 90 days. I can take this back at any time; then the answer is deleted.',
    },
    income: {
      title: 'My income, confirmed',
      body: 'Morrow asks an income service once what I earn in a month, and uses it only to see which dues I can carry, in place of what I declared. The answer is kept encrypted for 90 days and is not shown to shops or funders. I can take this back at any time; then the answer is deleted.',
    },
    phone_tenure: {
      title: 'How long I have had my number',
      body: 'Morrow asks the phone network once for how many months I have had the mobile number that I sign in with, and looks at it when it computes my pay score. Neither calls nor places nor contacts are asked for. The answer is kept encrypted for 90 days. I can take this back at any time; then the answer is deleted.',
    },
  },
  'zh-CN': {
    bureau: {
      title: '征信机构的等级',
      body: 'Morrow 向征信机构查询一次我所在的等级（A 至 E），并在计算付款分时参考。不会取得我征信报告中的其他内容。结果加密保存 90 天。我可以随时撤回；撤回后结果即被删除。',
    },
    income: {
      title: '核实我的收入',
      body: 'Morrow 向收入核实服务查询一次我的月收入，仅用于判断我能承担多少应付款，并替代我自己申报的金额。结果加密保存 90 天，不提供给商家或出资方。我可以随时撤回；撤回后结果即被删除。',
    },
    phone_tenure: {
      title: '手机号码的使用时长',
      body: 'Morrow 向通信运营商查询一次我登录所用的手机号码已使用多少个月，并在计算付款分时参考。不查询通话、位置或联系人。结果加密保存 90 天。我可以随时撤回；撤回后结果即被删除。',
    },
  },
};

/** The texts about asking outside parties, as they are shown today in one language. */
export function evidenceTexts(locale: Locale): ConsentText[] {
  return evidenceItems.map((item) => toConsentText(`evidence:${item}`, evidence[locale][item]));
}

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
