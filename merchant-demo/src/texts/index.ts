import { en } from './en.ts';
import type { ShopTexts } from './en.ts';
import { officeEn } from './office-en.ts';
import type { OfficeTexts } from './office-en.ts';
import { officeZhCn } from './office-zh-cn.ts';
import { zhCn } from './zh-cn.ts';

export const locales = ['en', 'zh-CN'] as const;

export type Locale = (typeof locales)[number];

export type Texts = ShopTexts & { office: OfficeTexts };

export const texts: Record<Locale, Texts> = {
  en: { ...en, office: officeEn },
  'zh-CN': { ...zhCn, office: officeZhCn },
};
