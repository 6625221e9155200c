import type { Request } from 'express';
import { type Locale, locales } from '../../shoppers/profile.ts';
import { en, type Texts } from './en.ts';
import { zhCn } from './zh-cn.ts';

export const textsOf: Record<Locale, Texts> = { en, 'zh-CN': zhCn };

export type { Texts };
export type NoticeCode = keyof Texts['notices'];

export function isNoticeCode(value: unknown): value is NoticeCode {
  return typeof value === 'string' && Object.hasOwn(en.notices, value);
}

export function toLocale(value: unknown): Locale | undefined {
  return locales.find((locale) => locale === value);
}

/** The language that the browser prefers among ours; any Chinese counts as simplified Chinese. */
export function preferredLocale(req: Request): Locale {
  const best = req.acceptsLanguages(['en', 'zh-CN', 'zh']);
  return best === 'zh-CN' || best === 'zh' ? 'zh-CN' : 'en';
}
